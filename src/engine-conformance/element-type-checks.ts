/** Checks of every primitive in every combination of element types that its operands and result may have. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as fc from 'fast-check'
import { anyNode } from '../dsl/erasure.js'
import type { Op } from '../dsl/primitives/primitive.js'
import type { Application } from '../laws/arbitraries/application.js'
import { allOps, arbitraryApplication } from '../laws/arbitraries/application.js'
import { agrees } from './agreement.js'
import type { ConformanceCheck } from './check.js'

/** Enough that each combination of element types is among the applications; a test compares them with the shape rules. */
const drawn = 60

/** `f32, i32 → f32` */
export const elementTypesOf = ({ node }: Application): string => {
  const operands = node.operands.map(anyNode).map(({ dtype }) => dtype)
  return `${operands.join(', ')} → ${node.dtype}`.trimStart()
}

/** One application of a primitive for each combination of element types. */
export const inEachElementType = (op: Op, seed: number): ReadonlyMap<string, Application> => {
  const applications = fc.sample(arbitraryApplication(op, { emptyAxes: false }), { seed, numRuns: drawn })
  return new Map(applications.map((application) => [elementTypesOf(application), application]))
}

export const elementTypeChecks: readonly ConformanceCheck[] = allOps.map((op) => ({
  area: 'element types',
  subject: op,
  run: (engine, { seed, tolerance }) =>
    pipe(
      [...inEachElementType(op, seed)],
      TE.traverseSeqArray(([types, application]) =>
        pipe(
          agrees(engine, application, tolerance),
          TE.mapLeft((differs) => `${types}: ${differs}\n${fc.stringify(application)}`),
        ),
      ),
      TE.map(() => undefined),
    ),
}))
