/** What a rule is: from a primitive and the tensors of its operands to calls of TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Dim } from '../../dsl/dim.js'
import type { Node, NodeOf, Op } from '../../dsl/primitives/primitive.js'
import type { TensorFlow } from './tensor.js'

/** What a rule may ask for. */
export interface RuleContext {
  readonly tf: TensorFlow
  /**
   * The tensor of an operand. Its shape may be smaller than the operand's, as long as it broadcasts to it: a constant
   * is a scalar, and `broadcastTo` costs nothing where its result is added or multiplied.
   */
  readonly value: (node: Node) => Tensor
  /** The tensor of an operand at its full shape. */
  readonly whole: (node: Node) => Tensor
  /** The tensor that was given for a leaf. */
  readonly given: (leaf: NodeOf<'input'> | NodeOf<'parameter'>) => Tensor
  /** The sizes of a node. */
  readonly shape: (node: Pick<Node, 'id'>) => readonly number[]
  readonly size: (dim: Dim) => number
}

/** Tensors that a rule makes on the way are disposed of after it; its result may be the tensor of an operand. */
type Rule<K extends Op> = (node: NodeOf<K>, context: RuleContext) => Tensor

/** The rules of some of the primitives. */
export type Rules<K extends Op> = { readonly [P in K]: Rule<P> }
