/** Tensors in a structure: alone, in a tuple or in a record. */
import { typed } from '../../erasure.js'
import type { Node } from '../../primitives/primitive.js'
import type { AnyTensor } from '../../program.js'
import type { Tensors } from '../../shape/scan.js'

/** A name, which is the position in a tuple, and the node at it. */
export type Member = readonly [name: string, node: Node]

const isTensor = (of: Tensors): of is AnyTensor =>
  'node' in of && typeof of.node === 'object' && 'op' in of.node

const entriesOf = (
  of: readonly AnyTensor[] | Readonly<Record<string, AnyTensor>>,
): readonly (readonly [string, AnyTensor])[] => Object.entries(of)

/** The nodes of a structure by name, in their order. A tensor alone has an empty name. */
export const membersOf = (of: Tensors): readonly Member[] =>
  isTensor(of) ? [['', of.node]] : entriesOf(of).map(([name, { node }]) => [name, node])

/** A structure of the same form with other nodes, in the same order. */
export const rebuilt = (form: Tensors, nodes: readonly Node[]): Tensors => {
  const [only] = nodes
  if (isTensor(form)) return only === undefined ? form : typed(only)
  if (Array.isArray(form)) return nodes.map((node) => typed(node))
  return Object.fromEntries(
    Object.keys(form).flatMap((name, i) => {
      const node = nodes[i]
      return node === undefined ? [] : [[name, typed(node)]]
    }),
  )
}
