/** The tensors in what a function returns: one tensor, or tensors in a list or under names, at any depth. */
import * as R from '../../values/record.js'
import { typed } from '../erasure.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyTensor } from '../program.js'
import type { NestedTensors } from '../shape/vmap.js'

const isTensor = (tensors: NestedTensors): tensors is AnyTensor =>
  'node' in tensors && 'dtype' in tensors && typeof tensors.dtype === 'string'

const isList = (tensors: NestedTensors): tensors is readonly NestedTensors[] => Array.isArray(tensors)

/** The nodes of all tensors, in order. */
export const nodesIn = (tensors: NestedTensors): readonly Node[] => {
  if (isTensor(tensors)) return [tensors.node]
  return (isList(tensors) ? tensors : Object.values(tensors)).flatMap(nodesIn)
}

/** The same lists and names with another node in each tensor. */
export const withNodes = (tensors: NestedTensors, change: (node: Node) => Node): NestedTensors => {
  if (isTensor(tensors)) return typed(change(tensors.node))
  return isList(tensors)
    ? tensors.map((each) => withNodes(each, change))
    : R.map((each: NestedTensors) => withNodes(each, change))(tensors)
}
