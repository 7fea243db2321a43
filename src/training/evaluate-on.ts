/** Validation inside a run: outputs of the model on data that it is not trained on. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ArrayDataset } from '../data/array-dataset.js'
import { inputLike } from '../dsl/ops/leaf.js'
import { typed } from '../dsl/erasure.js'
import type { Program } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'
import type { Tensor } from '../dsl/tensor.js'
import { substituteNodes } from '../dsl/transformations/substitute.js'
import type { NamedValues } from '../values/named-values.js'
import { readBy } from '../dsl/read-by.js'
import { topologicalOrder } from '../dsl/walk.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { run, withResizableExecutable, yieldControl } from '../effects/operations.js'
import { programRejected } from '../engines/failure.js'
import type { Figures } from './fit-plan.js'
import { scalarsOf } from './metrics.js'
import type { Monitor } from './monitor.js'
import { sizesOfBatch } from './sizes-of-batch.js'
import { bindWeights } from './weights.js'

export interface EvaluationOptions {
  /** The first part of the figures' names; `test` by default: `test/accuracy`. */
  readonly name?: string
  /** Examples that are evaluated at once; all by default. */
  readonly rows?: number
  /** Further inputs, the same for all parts: a key for noise. */
  readonly inputs?: NamedValues
}

/** The program of the outputs. Weights that change are its inputs, so that it is compiled once. */
const evaluationProgram = (
  outputs: Readonly<Record<string, Tensor<[]>>>,
  changing: readonly string[],
): E.Either<Failure, Program> => {
  const entries = Object.entries(outputs).map(([name, { node }]) => [name, node] as const)
  const roots = entries.map(([, node]) => node)
  const asInputs = new Map(
    topologicalOrder(roots).flatMap((node) =>
      node.op === 'parameter' && changing.includes(node.attributes.name)
        ? [[node, inputLike(node.attributes.name, typed(node)).node] as const]
        : [],
    ),
  )
  const replaced = substituteNodes(roots, asInputs)
  return pipe(
    programOfNodes(Object.fromEntries(entries.map(([name, node], i) => [name, replaced[i] ?? node]))),
    E.mapLeft(programRejected('evaluation')),
  )
}

/** Means over batches, each weighted by its number of examples. */
const weightedMeans = (
  parts: readonly { readonly rows: number; readonly figures: Figures }[],
  name: string,
): Figures => {
  const total = parts.reduce((sum, { rows }) => sum + rows, 0)
  const names = Object.keys(parts[0]?.figures ?? {})
  return Object.fromEntries(
    names.map((output) => [
      `${name}/${output}`,
      parts.reduce((sum, { rows, figures }) => sum + (rows / total) * (figures[output] ?? Number.NaN), 0),
    ]),
  )
}

/**
 * A monitor that evaluates scalars on a data set with the weights as they are. They are recorded as `test/<name>`. Where the
 * examples are taken in parts, the figures are means over these, weighted by the number of examples, which is right for
 * outputs that are means over examples.
 *
 * Fails where an input of the outputs is not in the data set, or a parameter is not among the run's weights.
 *
 * @example
 * const [x, y] = [input('x', ['B', 3]), input('y', ['B'], 'i32')]
 * const scores = linear(x, parameter('w', [2, 3]))
 * const test = dataset({ x: tensor.f32([[0, 0, 1]]), y: tensor.i32([1]) })
 * const every = { 100: evaluateOn(test, { accuracy: accuracy(scores, y) }) }
 */
export const evaluateOn =
  (
    data: ArrayDataset,
    outputs: Readonly<Record<string, Tensor<[]>>>,
    { name = 'test', rows = data.rows, inputs = {} }: EvaluationOptions = {},
  ): Monitor =>
  ({ weights, changing }, use) => {
    const batches = data.batches(rows).with(() => inputs)
    return pipe(
      Effect.Do,
      Effect.bindEither('program', () => evaluationProgram(outputs, changing)),
      Effect.bindEither('first', () => batches(0)),
      Effect.bindEither('sizes', ({ program, first }) => sizesOfBatch(program, { ...first, ...weights })),
      Effect.bindEither('constant', ({ program, sizes }) =>
        bindWeights(program, weights, 'weights', { sizes }),
      ),
      Effect.flatMap(({ program, sizes, constant }) =>
        withResizableExecutable(program, { sizes, weights: constant, state: [] }, (executable) => {
          const measured = (step: number, now: NamedValues) =>
            pipe(
              yieldControl,
              Effect.flatMap(() => Effect.fromEither(batches(step))),
              Effect.flatMap((batch) =>
                pipe(
                  run(executable, readBy(program, { ...batch, ...now })),
                  Effect.map((found) => ({
                    rows: Math.min(rows, data.rows - step * rows),
                    figures: scalarsOf(found),
                  })),
                ),
              ),
            )
          return use(({ weights: current }) =>
            pipe(
              current,
              Effect.flatMap((now) =>
                pipe(
                  Array.from({ length: batches.perEpoch }, (_, i) => i),
                  Effect.traverseArray((i) => measured(i, now)),
                ),
              ),
              Effect.map((parts) => weightedMeans(parts, name)),
            ),
          )
        }),
      ),
    )
  }
