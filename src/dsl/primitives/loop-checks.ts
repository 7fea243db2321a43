/** What is wrong with a loop: its operands, the leaves of its step, and the carries after a step. */
import { explainFault } from '../fault.js'
import { showShape } from '../../shapes/dim.js'
import { topologicalOrder } from '../walk.js'
import type { Scan, StepLeaf } from './loop.js'
import { stepLeaves } from './loop.js'
import type { Node } from './primitive.js'
import { expectDims, first } from './shape-checks.js'

type Application = Pick<Scan, 'attributes' | 'operands'>

const typeOf = ({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>): string => `${dtype} ${showShape(shape)}`

const miscounted = ({ attributes: { carries, sequences }, operands }: Application): string | undefined =>
  Number.isInteger(sequences) && sequences >= 0 && carries.length + sequences <= operands.length
    ? undefined
    : `scan: ${operands.length} operands are too few for ${carries.length} carries and ${sequences} sequences`

const missized = ({
  attributes: { carries, sequences, length },
  operands,
}: Application): string | undefined => {
  const misfit = operands
    .slice(carries.length, carries.length + sequences)
    .find(({ shape }) => shape[0] !== length)
  return (
    misfit && `scan: a sequence is ${showShape(misfit.shape)}, and the first axis of all must be ${length}`
  )
}

const changed = ({ attributes: { carries }, operands }: Application): string | undefined => {
  const i = carries.findIndex((next, at) => {
    const initial = operands[at]
    return initial === undefined || typeOf(next) !== typeOf(initial)
  })
  const [next, initial] = [carries[i], operands[i]]
  return next && initial && `scan: carry ${i} is ${typeOf(initial)}, but ${typeOf(next)} after a step`
}

/** A leaf of expressions, the `part` of a primitive, that stands for no operand. */
export const strayLeaf = (
  op: string,
  part: string,
  leaves: readonly StepLeaf[],
  roots: readonly Node[],
): string | undefined => {
  const known = new Set(leaves.map((leaf) => `${leaf.name} ${typeOf(leaf)}`))
  for (const node of topologicalOrder(roots)) {
    if (node.op !== 'input' && node.op !== 'parameter') continue
    const { name } = node.attributes
    if (node.op === 'parameter' || !known.has(`${name} ${typeOf(node)}`)) {
      return `${op}: the ${node.op} '${name}' ${typeOf(node)} in its ${part} stands for no operand`
    }
  }
  return undefined
}

/** What is wrong with a loop; undefined for a valid one. */
export const loopProblem = (loop: Application): string | undefined => {
  const { attributes } = loop
  const roots = [
    ...attributes.carries,
    ...('stacked' in attributes.result ? [attributes.result.stacked] : []),
  ]
  const broken = roots.find(({ fault }) => fault !== undefined)?.fault
  return (
    first(miscounted(loop), expectDims([attributes.length]), missized(loop)) ??
    (broken && `scan: in its step, ${explainFault(broken)}`) ??
    first(changed(loop), strayLeaf('scan', 'step', stepLeaves(loop), roots))
  )
}
