/** A rule: it computes a primitive, given the tensors of its operands, with calls of TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Dim } from '../../shapes/dim.js'
import type { Node, NodeOf, Op } from '../../dsl/primitives/primitive.js'
import type { TensorFlow } from './tensor.js'

/** What a rule reads. */
export interface RuleContext {
  readonly tf: TensorFlow
  /**
   * The tensor of an operand. Its shape may be smaller than the operand's if it broadcasts to it: a constant is a
   * scalar, and `broadcastTo` costs nothing where its result is added or multiplied.
   */
  readonly value: (node: Node) => Tensor
  /** The tensor of an operand, broadcast to the operand's shape. */
  readonly whole: (node: Node) => Tensor
  /** The tensor of an input or a parameter. */
  readonly given: (leaf: NodeOf<'input'> | NodeOf<'parameter'>) => Tensor
  /** The sizes of a node. */
  readonly shape: (node: Pick<Node, 'id'>) => readonly number[]
  readonly size: (dim: Dim) => number
}

/** Intermediate tensors of a rule are disposed of by the interpreter. The result may be the tensor of an operand. */
type Rule<K extends Op> = (node: NodeOf<K>, context: RuleContext) => Tensor

/** The rules of some primitives. */
export type Rules<K extends Op> = { readonly [P in K]: Rule<P> }
