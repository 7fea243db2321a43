/**
 * Results of operands without elements: sums over an axis of size 0, matrix products with an inner size of 0. They
 * are known constants. Kernels disagree on such operands, so engines use these constants instead.
 */
import type { Node } from '../dsl/primitives/primitive.js'
import type { Shape } from '../shapes/dim.js'

const ofNothing = (node: Node): number | undefined => {
  switch (node.op) {
    case 'sum':
    case 'matmul':
    case 'conv2d':
    case 'scatterAdd':
    case 'scatterAlongAxis':
      return 0
    case 'prod':
      return 1
    case 'mean':
      return Number.NaN
    case 'max':
      return node.dtype === 'f32' ? -Infinity : -(2 ** 31)
    case 'logSumExp':
      return -Infinity
    case 'pad':
    case 'scatterMax':
      return node.attributes.value
    default:
      return undefined
  }
}

/**
 * The value of every element of a node that has no elements or an operand without any; undefined for other nodes. Axes
 * of symbolic size count as having elements.
 */
export const valueOfEmpty = (node: Node, shape: (node: Pick<Node, 'id'>) => Shape): number | undefined =>
  shape(node).includes(0)
    ? 0
    : node.operands.some((operand) => shape(operand).includes(0))
      ? ofNothing(node)
      : undefined
