/** One training step as four programs. Those that need the most memory are run on a part of the batch at a time. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from '../values/record.js'
import { typed } from '../dsl/erasure.js'
import type { Fault } from '../dsl/fault.js'
import type { GradientCache } from '../dsl/transformations/gradient-cache.js'
import type { Node } from '../dsl/primitives/primitive.js'
import { cacheNames, gradientCache } from '../dsl/transformations/gradient-cache.js'
import { inputLike } from '../dsl/ops/leaf.js'
import type { AnyTensor, Program } from '../dsl/program.js'
import { substituteNodes } from '../dsl/transformations/substitute.js'
import type { Tensor } from '../dsl/tensor.js'
import type { Objective } from './objective.js'
import { reportedOutputs, trainedParameters, updatedParameters } from './objective.js'
import {
  differentiatedLoss,
  nextName,
  nextOutputs,
  optimizerState,
  optimizerUpdate,
} from './optimizer-update.js'
import { programOfOutputs } from './outputs.js'
import { mapTensors } from './tensors.js'
import type { Transformation } from './transformation.js'

/**
 * A training step in micro-batches. The trained parameters, those with updates and the optimizer's state are inputs of the four
 * programs, under the names that they have in the step of `trainStep`.
 */
export interface MicroBatchedStep extends GradientCache {
  /** The symbol that counts the rows, which `forward` and `vjp` may be given in parts. */
  readonly rows: string
  /** How many representations there are. */
  readonly representations: number
  /** From the parameters, the state and the gradients to the outputs `next/...`. */
  readonly update: Program
}

/** Where a step is split: tensors whose row i depends on row i of the inputs alone, and the symbol that counts the rows. */
export interface Cut {
  readonly representations: readonly AnyTensor[]
  readonly rows: string
}

/**
 * The step of `trainStep`, in micro-batches: see `gradientCache`. Losses and next values equal those of the whole step, up
 * to the order in which floats are added. Next values of `updates` are outputs of `loss`, which sees the whole batch and all
 * representations.
 *
 * Fails as `trainStep` does, and where the rows of the representations cannot be shown to be independent.
 *
 * @example
 * const texts = linear(input('x', ['B', 3]), parameter('head.weight', [2, 3]))
 * const loss = meanSquaredError(texts, input('target', ['B', 2]))
 * const step = microBatchedStep({ loss }, { representations: [texts], rows: 'B' }, adam({ learningRate: 1e-3 }))
 */
export const microBatchedStep = (
  of: Objective,
  { representations, rows }: Cut,
  optimizer: Transformation,
): E.Either<Fault, MicroBatchedStep> => {
  const parameters = trainedParameters(of)
  const given = mapTensors(parameters, (parameter, name) => inputLike(name, parameter))
  const before = optimizerState(given, optimizer, inputLike)
  const gradients = mapTensors(parameters, (parameter, name) =>
    inputLike(cacheNames.gradient(name), parameter),
  )
  const trained = Object.entries(parameters).map(
    ([name, { node }]) => [node, given[name]?.node ?? node] as const,
  )
  return pipe(
    E.Do,
    E.bind('updated', () => updatedParameters(of)),
    E.bind('outputs', () =>
      pipe(
        reportedOutputs(of, ['next', 'cotangent', 'gradient']),
        E.map((reported) => [
          ...reported,
          ...Object.entries(of.updates ?? {}).map(([name, next]) => [nextName(name), next] as const),
        ]),
      ),
    ),
    E.bind('cache', ({ updated, outputs: reported }) => {
      const buffers = Object.values(updated).map(
        (node) => [node, inputLike(node.attributes.name, typed(node)).node] as const,
      )
      const [loss = of.loss.node, ...others] = substituteNodes(
        [of.loss, ...reported.map(([, tensor]) => tensor), ...representations].map(({ node }) => node),
        new Map<Node, Node>([...trained, ...buffers]),
      )
      return gradientCache({
        loss: differentiatedLoss(typed(loss), optimizer, before).node,
        report: Object.fromEntries(reported.map(([name], i) => [name, others[i] ?? loss])),
        leaves: R.map(({ node }: Tensor<unknown>) => node)(given),
        representations: others.slice(reported.length),
        rows,
      })
    }),
    E.bind('update', () =>
      programOfOutputs(nextOutputs(optimizerUpdate(given, gradients, optimizer, before))),
    ),
    E.map(({ cache, update }) => ({ ...cache, rows, representations: representations.length, update })),
  )
}
