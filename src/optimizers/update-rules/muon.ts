/** Muon: momentum made orthogonal, for weights that are matrices (Jordan et al. 2024, kellerjordan.github.io/posts/muon). */
import * as R from '../../values/record.js'
import * as b from '../../dsl/builder.js'
import { erased } from '../../dsl/erasure.js'
import { faulty } from '../../dsl/node.js'
import { add, mul, sub } from '../../dsl/ops/elementwise.js'
import { zerosLike } from '../../dsl/ops/leaf.js'
import type { Node } from '../../dsl/primitives/primitive.js'
import type { Tensor } from '../../dsl/tensor.js'
import { productOfDims, showShape } from '../../shapes/dim.js'
import type { ParameterFilter, Rate } from '../scale.js'
import { addWeightDecay, isMatrix, scaleByLearningRate } from '../scale.js'
import { countSetting, decaySetting } from '../setting.js'
import type { State } from '../state.js'
import type { NamedTensors } from '../tensors.js'
import { mapTensors, zipTensors } from '../tensors.js'
import type { Transformation } from '../transformation.js'
import { chain, transformation } from '../transformation.js'

export interface MuonMomentum {
  /** Decay of the moving average of gradients; 0.95 by default. */
  readonly momentum?: number
  /** Whether the gradient is mixed with the average once more; so by default. */
  readonly nesterov?: boolean
  /** Newton-Schulz iterations; 5 by default. */
  readonly iterations?: number
}

export interface MuonOptions extends MuonMomentum {
  readonly learningRate: Rate
  /** Decoupled; 0.1 by default, as in PyTorch. */
  readonly weightDecay?: number
  /** Which parameters it moves; those of two axes or more where nothing is said. Embeddings and heads do better with `others`. */
  readonly only?: ParameterFilter
  /** The optimizer of the other parameters: biases, gains, embeddings. A parameter that none takes is a fault. */
  readonly others?: Transformation
}

/** The quintic 3.4445 x - 4.775 x³ + 2.0315 x⁵, which moves singular values from 0 to 1 to about 1: from 0.7 to 1.2. */
const coefficients = [3.4445, -4.775, 2.0315] as const

/**
 * Nearly the closest matrix with orthonormal rows or columns: U Vᵀ of U Σ Vᵀ, by Newton-Schulz iterations, products of matrices
 * alone. It works with the smaller of the two Gram matrices.
 */
const orthogonalised = (matrix: Node, iterations: number): Node => {
  const [rows = 1, columns = 1] = matrix.shape
  const tall = typeof rows === 'number' && typeof columns === 'number' && rows > columns
  const wide = tall ? b.transposeLast(matrix) : matrix
  const norm = b.sqrt(b.sum(b.mul(wide, wide), [0, 1]))
  const [linear, cubic, quintic] = coefficients
  const result = Array.from({ length: iterations }).reduce<Node>(
    (x) => {
      const gram = b.matmul(x, b.transposeLast(x))
      const powers = b.add(b.scale(gram, cubic), b.scale(b.matmul(gram, gram), quintic))
      return b.add(b.scale(x, linear), b.matmul(powers, x))
    },
    b.div(wide, b.maximum(norm, b.scalar(1e-7))),
  )
  return tall ? b.transposeLast(result) : result
}

/** The update of a parameter: of a kernel, the matrix of its first axis by all others. */
const orthogonalUpdate = <S>(of: Tensor<S>, iterations: number): Tensor<S> => {
  const { shape } = of.node
  if (shape.length < 2) {
    return erased(
      faulty('muon', `muon: ${showShape(shape)} is no matrix; give an optimizer as 'others'`, [of.node]),
    )
  }
  const [rows = 1, ...rest] = shape
  const columns = productOfDims(rest)
  const ratio = b.div(b.dimSize(rows), b.dimSize(columns))
  const scaled = b.mul(
    orthogonalised(b.reshape(of.node, [rows, columns]), iterations),
    b.sqrt(b.maximum(ratio, b.scalar(1))),
  )
  return erased(b.reshape(scaled, shape))
}

/** A moving average of the gradients, made orthogonal, times √max(1, rows / columns). Decay outside of [0, 1) is a fault of the step. */
export const scaleByMuon = ({
  momentum = 0.95,
  nesterov = true,
  iterations = 5,
}: MuonMomentum = {}): Transformation => {
  const kept = decaySetting('muon', 'momentum', momentum)
  const count = countSetting('muon', 'the number of iterations', iterations)
  const mixed = <S>(gradient: Tensor<S>, average: Tensor<S>): Tensor<S> =>
    add(mul(average, kept), mul(gradient, sub(1, kept)))
  return transformation({
    init: (parameters) => ({ average: mapTensors(parameters, zerosLike) }),
    update: ({ updates, state }) => {
      const average = zipTensors(updates, state.average, mixed)
      const directions = nesterov ? zipTensors(updates, average, mixed) : average
      return {
        updates: mapTensors(directions, (direction) =>
          count.node.fault === undefined ? orthogonalUpdate(direction, iterations) : mul(direction, count),
        ),
        state: { average },
      }
    },
  })
}

/** One transformation for the parameters that a filter takes, another for the rest. */
const split = (only: ParameterFilter, ofThese: Transformation, ofOthers: Transformation): Transformation => {
  const part = (of: NamedTensors, parameters: NamedTensors, taken: boolean): NamedTensors =>
    R.filterWithIndex((name: string) => {
      const shape = parameters[name]?.node.shape ?? []
      return only({ name, shape }) === taken
    })(of)
  return transformation<{ readonly these: State; readonly others: State }>({
    init: (parameters) => ({
      these: ofThese.init(part(parameters, parameters, true)),
      others: ofOthers.init(part(parameters, parameters, false)),
    }),
    update: (given) => {
      const { parameters, updates, state } = given
      const of = (taken: boolean) => ({
        ...given,
        updates: part(updates, parameters, taken),
        parameters: part(parameters, parameters, taken),
      })
      const these = ofThese.update({ ...of(true), state: state.these })
      const others = ofOthers.update({ ...of(false), state: state.others })
      return {
        updates: { ...these.updates, ...others.updates },
        state: { these: these.state, others: others.state },
      }
    },
  })
}

/**
 * Muon: each matrix moves by its momentum made nearly orthogonal, all of whose singular values are about 1, and decays as in
 * AdamW. As PyTorch's `Muon` with its `original` learning rate, but in the precision of the weights, not in bfloat16; kernels
 * are taken as matrices, their first axis by the others. An update costs 15 products with the smaller Gram matrix.
 *
 * @example
 * const optimizer = muon({ learningRate: 0.02, others: adamW({ learningRate: 3e-4 }) })
 */
export const muon = ({
  learningRate,
  weightDecay = 0.1,
  only = isMatrix,
  others,
  ...momentum
}: MuonOptions): Transformation => {
  const these = chain(scaleByMuon(momentum), addWeightDecay(weightDecay), scaleByLearningRate(learningRate))
  return others === undefined ? these : split(only, these, others)
}
