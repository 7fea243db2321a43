/** Checks of every primitive, its gradients and second gradients against the oracle, at random shapes and values. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as fc from 'fast-check'
import * as b from '../dsl/builder.js'
import { anyNode } from '../dsl/erasure.js'
import { explainFault } from '../dsl/fault.js'
import type { Node, Op } from '../dsl/primitives/primitive.js'
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

/** A scalar function in which every element of a tensor has a derivative of its own. */
const scalarOf = (x: Node): Node => {
  const places = b.cast(b.iota([...x.shape, 3], x.shape.length), 'f32')
  const weights = b.add(b.scale(places, 0.5), b.scalar(1))
  const weighted = b.mul(b.reshape(x, [...x.shape, 1]), weights)
  return b.sum(b.tanh(weighted), [...weighted.shape.keys()])
}

const caseOfGradients = (
  what: string,
  gradients: readonly Node[],
  { values, sizes }: Application,
): E.Either<string, Case> =>
  pipe(
    programOfNodes(Object.fromEntries(gradients.map((gradient, i) => [`${what} by x${i}`, gradient]))),
    E.bimap(explainFault, (program) => ({ program, values, sizes })),
  )

/** The gradients of a scalar function of an application's result, by its real inputs. */
const gradientsOf: CaseOf = (application) =>
  caseOfGradients(
    'gradient',
    gradientNodes(scalarOf(application.node), realLeaves(application.program).map(anyNode)),
    application,
  )

/**
 * A polynomial of second degree in every element of a tensor, each with a weight of its own. Its derivatives keep their digits
 * where those of `tanh` are rounded beside 1.
 */
const polynomialOf = (x: Node): Node => {
  const weights = [...x.shape.keys()].reduce(
    (total, axis) => b.add(total, b.scale(b.cast(b.iota(x.shape, axis), 'f32'), 0.25)),
    b.full(x.shape, 0.5),
  )
  return b.sum(b.mul(b.mul(x, weights), b.add(b.scale(x, 0.25), b.scalar(1))), [...x.shape.keys()])
}

/** The gradients of a polynomial of the gradients of a polynomial of an application's result. */
const secondGradientsOf: CaseOf = (application) => {
  const leaves = realLeaves(application.program).map(anyNode)
  const first = gradientNodes(polynomialOf(application.node), leaves)
  const total = first.map(polynomialOf).reduce(b.add, b.scalar(0))
  return caseOfGradients('second gradient', gradientNodes(total, leaves), application)
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
  share = 1,
): readonly ConformanceCheck[] =>
  ops.map((op) => {
    const holds = holdsOn(applications(op), caseOf)
    return {
      area,
      subject: op,
      run: (engine, options) => holds(engine, { ...options, runs: Math.ceil(options.runs * share) }),
    }
  })

/** Primitives for which the engine may decide how far a NaN or +Infinity in an operand spreads in the result. */
const spreading: readonly Op[] = ['conv2d', 'softmax', 'logSoftmax', 'logSumExp', 'linearRecurrence']

/** Primitives whose results are never f32. */
const discrete: readonly Op[] = [
  ...(['not', 'equal', 'less', 'lessEqual', 'and', 'or'] as const),
  ...(['iota', 'argMax', 'topK', 'argSort', 'randomBits'] as const),
]

const smoothOps = allOps.filter((op) => !discrete.includes(op))

const smoothApplication = (op: Op): fc.Arbitrary<Application> =>
  arbitraryApplication(op, { values: 'smooth' }).filter(({ node }) => node.dtype === 'f32')

export const primitiveChecks: readonly ConformanceCheck[] = [
  ...checksOf('values', allOps, (op) => arbitraryApplication(op), itself),
  ...checksOf(
    'special values',
    allOps.filter((op) => !spreading.includes(op)),
    (op) => arbitraryApplication(op, { values: 'special' }),
    itself,
  ),
  ...checksOf('gradients', smoothOps, smoothApplication, gradientsOf),
  // Programs of second gradients are several times as long.
  ...checksOf('second gradients', smoothOps, smoothApplication, secondGradientsOf, 1 / 10),
]
