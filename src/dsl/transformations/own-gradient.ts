/**
 * Gradients of one's own: a value, and how a cotangent of it flows back, as expressions (`primitives/own-gradient.ts`). What
 * these use besides the cotangent is captured: it is an operand of the node.
 */
import * as b from '../builder.js'
import { node } from '../node.js'
import type { GradientLeaf } from '../primitives/own-gradient.js'
import { gradientLeaves } from '../primitives/own-gradient.js'
import type { Node, NodeOf } from '../primitives/primitive.js'
import { closureOf } from './close-loop.js'
import { substituteNodes } from './substitute.js'

const inputOf = ({ name, shape, dtype }: GradientLeaf): Node => b.input(name, shape, dtype)

/** A node of a value; `cotangents` are those of the inputs, for a placeholder that stands for that of the value. */
export const withOwnGradient = (
  value: Node,
  inputs: readonly Node[],
  placeholderOfCotangent: Node,
  cotangents: readonly Node[],
): Node => {
  const { captured, over } = closureOf(cotangents, [placeholderOfCotangent])
  const operands = [value, ...inputs, ...captured] as const
  const places = new Map(
    gradientLeaves({ attributes: { cotangents }, operands }).map((leaf) => [
      leaf.place === undefined ? placeholderOfCotangent : (operands[leaf.place] ?? value),
      inputOf(leaf),
    ]),
  )
  return node('withGradient', { cotangents: over(places) }, operands)
}

/** The cotangent of each input of a node, made when it is wanted. */
export const ownCotangents = (
  of: NodeOf<'withGradient'>,
  cotangent: Node,
): readonly (() => Node | undefined)[] => {
  const places = new Map(
    gradientLeaves(of).map((leaf) => [
      inputOf(leaf),
      leaf.place === undefined ? cotangent : (of.operands[leaf.place] ?? cotangent),
    ]),
  )
  return of.attributes.cotangents.map((each) => () => substituteNodes([each], places)[0])
}
