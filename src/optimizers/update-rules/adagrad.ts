/** Adagrad (Duchi, Hazan & Singer 2011, the diagonal form of figure 1), in PyTorch's form. */
import { add, div, sqrt, square } from '../../dsl/ops/elementwise.js'
import { zerosLike } from '../../dsl/ops/leaf.js'
import type { Rate } from '../scale.js'
import { addWeightDecay, scaleByLearningRate } from '../scale.js'
import { nonNegativeSetting } from '../setting.js'
import { mapTensors, zipTensors } from '../tensors.js'
import type { Transformation } from '../transformation.js'
import { chain, transformation } from '../transformation.js'

export interface AdagradOptions {
  readonly learningRate: Rate
  /** The sum of squares before the first gradient; 0 by default. */
  readonly initialSum?: number
  /** Added to the root of the sum of squares; 1e-10 by default. */
  readonly epsilon?: number
  readonly weightDecay?: number
}

/**
 * Updates divided by the root of the sum of all their squares so far. A negative number, or one that is not finite, is a
 * fault of the step.
 */
export const scaleByAdagrad = ({
  initialSum = 0,
  epsilon = 1e-10,
}: Omit<AdagradOptions, 'learningRate' | 'weightDecay'> = {}): Transformation => {
  const first = nonNegativeSetting('adagrad', 'initialSum', initialSum)
  const added = nonNegativeSetting('adagrad', 'epsilon', epsilon)
  return transformation({
    init: (parameters) => ({ squares: mapTensors(parameters, (x) => add(zerosLike(x), first)) }),
    update: ({ updates, state }) => {
      const squares = zipTensors(updates, state.squares, (g, before) => add(before, square(g)))
      return {
        updates: zipTensors(updates, squares, (g, sum) => div(g, add(sqrt(sum), added))),
        state: { squares },
      }
    },
  })
}

/**
 * Adagrad, as PyTorch's `Adagrad`: weight decay is an L2 term, added to the gradient before it is squared.
 *
 * @example
 * const optimizer = adagrad({ learningRate: 0.01, initialSum: 0.1 })
 */
export const adagrad = ({ learningRate, weightDecay = 0, ...squares }: AdagradOptions): Transformation =>
  chain(addWeightDecay(weightDecay), scaleByAdagrad(squares), scaleByLearningRate(learningRate))
