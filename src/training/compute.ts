/** Running a model once: outputs of given weights and inputs, in one call. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../values/record.js'
import type { AnyTensor } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'
import { readBy } from '../dsl/read-by.js'
import * as Effect from '../effects/effect.js'
import { run, withExecutable } from '../effects/operations.js'
import { programRejected } from '../engines/failure.js'
import { outputOf } from '../engines/output-of.js'
import type { Sizes } from '../shapes/dim.js'
import type { NamedValues } from '../values/named-values.js'
import type { TensorValue } from '../values/value.js'
import type { GivenWeights } from './given.js'
import { weightsGiven } from './given.js'
import type { EngineChoice } from './perform-here.js'
import { performHere } from './perform-here.js'
import { sizesOfBatch } from './sizes-of-batch.js'
import { bindWeights } from './weights.js'

/** What is computed, and from what. */
export interface Computation<Output extends string> {
  readonly outputs: Readonly<Record<Output, AnyTensor>>
  /** Values of the parameters; more weights than the outputs read are left out. */
  readonly weights?: GivenWeights
  /** Values of the inputs; those that the outputs do not read are left out. */
  readonly inputs?: NamedValues
  /** Sizes of symbols that no input has. */
  readonly sizes?: Sizes
}

/** Values under the names of the outputs. */
export type Computed<Output extends string> = Readonly<Record<Output, TensorValue>>

/**
 * Outputs of a model, computed once, as an effect: see `compute`.
 *
 * Fails with `ProgramRejected` where an output has a fault or an input another shape than it declares, and with
 * `TensorMissing` or `ShapeMismatch` where a value is missing or a weight has another shape.
 *
 * @example
 * const scores = linear(input('x', ['B', 3]), parameter('w', [2, 3]))
 * const weights = { w: tensor.f32([[1, 0, 0], [0, 1, 0]]) }
 * const computed = computation({ outputs: { scores }, weights, inputs: { x: tensor.f32([[1, 2, 3]]) } })
 */
export const computation = <Output extends string>({
  outputs,
  weights = {},
  inputs = {},
  sizes: known,
}: Computation<Output>): Effect.Effect<Computed<Output>> =>
  pipe(
    Effect.Do,
    Effect.bindEither('program', () =>
      pipe(
        programOfNodes(R.map(({ node }: AnyTensor) => node)(outputs)),
        E.mapLeft(programRejected('outputs')),
      ),
    ),
    Effect.bindEither('given', () => E.mapLeft(programRejected('weights'))(weightsGiven(weights))),
    Effect.bindEither('sizes', ({ program }) => sizesOfBatch(program, inputs, known)),
    Effect.bindEither('bound', ({ program, given, sizes }) =>
      bindWeights(program, given, 'weights', { sizes }),
    ),
    Effect.flatMap(({ program, bound, sizes }) =>
      withExecutable(program, { sizes, weights: bound, state: [] }, (executable) =>
        run(executable, readBy(program, inputs)),
      ),
    ),
    Effect.flatMapEither((found) =>
      pipe(
        outputs,
        R.traverseEither((name) => outputOf(name, 'outputs')(found)),
      ),
    ),
  )

/**
 * Outputs of a model, computed once on an engine: predictions after training, samples of a generator. To run one program
 * many times, compile it once: see `withExecutable` and `Engine`.
 *
 * The promise is rejected with an `Error` whose message says what failed and what to do; its `cause` is the `Failure`.
 *
 * @example
 * const scores = linear(input('x', ['B', 3]), parameter('w', [2, 3]))
 * const weights = { w: tensor.f32([[1, 0, 0], [0, 1, 0]]) }
 * const inputs = { x: tensor.f32([[1, 2, 3]]) }
 * const { best } = await compute({ outputs: { best: argMax(scores, -1) }, weights, inputs, engine: onnxEngine() })
 */
export const compute = <Output extends string>({
  engine,
  ...computed
}: Computation<Output> & EngineChoice): Promise<Computed<Output>> =>
  performHere(computation(computed), { engine })
