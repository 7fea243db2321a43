/** The tensors in what a function returns: one tensor, or tensors in a list or under names, at any depth. */
import * as R from 'fp-ts/lib/Record.js'
import { typed } from '../erasure.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyTensor } from '../program.js'
import type { Tensors } from '../shape/vmap.js'

const isTensor = (tensors: Tensors): tensors is AnyTensor =>
  'node' in tensors && 'dtype' in tensors && typeof tensors.dtype === 'string'

const isList = (tensors: Tensors): tensors is readonly Tensors[] => Array.isArray(tensors)

/** The nodes of all tensors, in order. */
export const nodesIn = (tensors: Tensors): readonly Node[] => {
  if (isTensor(tensors)) return [tensors.node]
  return (isList(tensors) ? tensors : Object.values(tensors)).flatMap(nodesIn)
}

/** The same lists and names with another node in each tensor. */
export const withNodes = (tensors: Tensors, change: (node: Node) => Node): Tensors => {
  if (isTensor(tensors)) return typed(change(tensors.node))
  return isList(tensors)
    ? tensors.map((each) => withNodes(each, change))
    : R.map((each: Tensors) => withNodes(each, change))(tensors)
}
