/** Faults that depend on values and sizes: indices outside of a table, slices outside of an axis whose size was a symbol. */
import type { Node } from '../primitives/primitive.js'
import { elementCount } from '../../values/value.js'
import type { DenseArray } from './array.js'
import type { Context } from './evaluation-rules.js'

/** A tensor of so many elements takes 4 TiB. */
const mostElements = 2 ** 40

/** What is wrong with the sizes of a tensor that no machine holds; undefined for any other. */
export const tooManyElements = (sizes: readonly number[]): string | undefined => {
  const elements = elementCount(sizes)
  return elements > mostElements ? `${elements} elements are more than any machine holds` : undefined
}

/** What is wrong with the values or sizes of a node's operands; undefined where the node can be evaluated. */
export const runTimeFault = (
  node: Node,
  { operand, size }: Pick<Context, 'operand' | 'size'>,
): string | undefined => {
  const axisSize = (axis: number): number => operand(0).shape[axis] ?? 0
  switch (node.op) {
    case 'gather':
    case 'takeAlongAxis':
      return strayIndex(operand(1), axisSize(node.attributes.axis))
    case 'scatterAdd':
    case 'scatterMax':
    case 'scatterAlongAxis':
      return strayIndex(operand(1), size(node.attributes.size))
    case 'slice': {
      const { axis, start, length } = node.attributes
      return notWithin(size(start), size(length), axisSize(axis))
    }
    case 'pad': {
      const { axis, before, size: padded } = node.attributes
      return notWithin(size(before), axisSize(axis), size(padded))
    }
    case 'topK':
      return axisSize(node.attributes.axis) < node.attributes.k
        ? `an axis of ${axisSize(node.attributes.axis)} has no ${node.attributes.k} elements`
        : undefined
    case 'argMax':
      return axisSize(node.attributes.axis) === 0 ? 'an empty axis has no largest element' : undefined
    case 'dimSize':
      return Number.isNaN(size(node.attributes.dim)) ? `dim '${node.attributes.dim}' has no size` : undefined
    default:
      return undefined
  }
}

const strayIndex = (ids: DenseArray, size: number): string | undefined => {
  const stray = ids.data.find((id) => id < 0 || id >= size)
  return stray === undefined ? undefined : `id ${stray} is not among the ${size} positions of the axis`
}

const notWithin = (start: number, length: number, size: number): string | undefined =>
  start + length <= size ? undefined : `positions ${start} to ${start + length} are not in an axis of ${size}`
