/** Checks of every primitive and its gradients against the oracle, at random shapes and values. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as fc from 'fast-check'
import * as b from '../dsl/builder.js'
import { anyNode } from '../dsl/erasure.js'
import { explainFault } from '../dsl/fault.js'
import type { Op } from '../dsl/primitives/primitive.js'
import { programOfNodes } from '../dsl/program.js'
import { gradientNodes } from '../dsl/transformations/reverse-mode.js'
import type { Application } from '../laws/arbitraries/application.js'
import { allOps, arbitraryApplication } from '../laws/arbitraries/application.js'
import { realLeaves } from '../laws/gradient-check.js'
import type { Engine } from '../engines/engine.js'
import type { Case } from './agreement.js'
import { agrees } from './agreement.js'
import type { Area, ConformanceCheck, ConformanceOptions } from './check.js'

type CaseOf = (application: Application) => E.Either<string, Case>

const itself: CaseOf = E.right

/** The gradients of a scalar function of an application's result, by its real inputs. */
const gradientsOf: CaseOf = ({ node, program, values, sizes }) => {
  const places = b.cast(b.iota([...node.shape, 3], node.shape.length), 'f32')
  const weights = b.add(b.scale(places, 0.5), b.scalar(1))
  const weighted = b.mul(b.reshape(node, [...node.shape, 1]), weights)
  const loss = b.sum(b.tanh(weighted), [...weighted.shape.keys()])
  const gradients = gradientNodes(loss, realLeaves(program).map(anyNode))
  return pipe(
    programOfNodes(Object.fromEntries(gradients.map((gradient, i) => [`gradient by x${i}`, gradient]))),
    E.bimap(explainFault, (made) => ({ program: made, values, sizes })),
  )
}

const holdsOn =
  (applications: fc.Arbitrary<Application>, caseOf: CaseOf) =>
  (engine: Engine, { runs, seed, tolerance }: ConformanceOptions): TE.TaskEither<string, void> =>
  async () => {
    const trial = (application: Application): Promise<E.Either<string, void>> =>
      pipe(
        TE.fromEither(caseOf(application)),
        TE.chain((made) => agrees(engine, made, tolerance)),
      )()
    const details = await fc.check(
      fc.asyncProperty(applications, async (application) => E.isRight(await trial(application))),
      { numRuns: runs, seed },
    )
    const smallest = details.counterexample?.[0]
    if (smallest === undefined) {
      return details.failed ? E.left('no case could be drawn') : E.right(undefined)
    }
    const finding = await trial(smallest)
    return E.isLeft(finding) ? E.left(`${finding.left}\n${fc.stringify(smallest)}`) : finding
  }

const checksOf = (
  area: Area,
  ops: readonly Op[],
  applications: (op: Op) => fc.Arbitrary<Application>,
  caseOf: CaseOf,
): readonly ConformanceCheck[] =>
  ops.map((op) => ({ area, subject: op, run: holdsOn(applications(op), caseOf) }))

/** Primitives for which the engine may decide how far a NaN or +Infinity in an operand spreads in the result. */
const spreading: readonly Op[] = ['conv2d', 'softmax', 'logSoftmax', 'logSumExp', 'linearRecurrence']

/** Primitives whose results are never f32. */
const discrete: readonly Op[] = [
  ...(['not', 'equal', 'less', 'lessEqual', 'and', 'or'] as const),
  ...(['iota', 'argMax', 'topK', 'argSort', 'randomBits'] as const),
]

export const primitiveChecks: readonly ConformanceCheck[] = [
  ...checksOf('values', allOps, (op) => arbitraryApplication(op), itself),
  ...checksOf(
    'special values',
    allOps.filter((op) => !spreading.includes(op)),
    (op) => arbitraryApplication(op, { values: 'special' }),
    itself,
  ),
  ...checksOf(
    'gradients',
    allOps.filter((op) => !discrete.includes(op)),
    (op) => arbitraryApplication(op, { values: 'smooth' }).filter(({ node }) => node.dtype === 'f32'),
    gradientsOf,
  ),
]
