/**
 * The line that wrote each node, for those who ask later: which operation of a program made the first NaN.
 *
 * When a node is made, the stack of that moment is kept; it becomes text only when the line is asked for. Nodes that are
 * made from a node, such as its gradient, were written where that node was: `inPlaceOf`.
 */
import type { Node } from './primitives/primitive.js'
import type { Scope } from './scope.js'
import { inPlace, openPlace } from './scope.js'
import type { Stack } from './source-line.js'
import { lineIn, stackNow } from './source-line.js'

const stacks = new WeakMap<Node, Stack>()

/** Keeps where a node was written: here, or at the place that is open. */
export const noteLine = (made: Node): void => {
  const { written } = openPlace()
  const stack = written === undefined ? stackNow() : written.stack
  if (stack !== undefined) stacks.set(made, stack)
}

/** The line that wrote a node, `path:line:column`; undefined where it is not known, as for nodes that were read from JSON. */
export const lineOf = (node: Node): string | undefined => {
  const stack = stacks.get(node)
  return stack === undefined ? undefined : lineIn(stack)
}

/** Runs `body`; the nodes that it makes were written where `of` was: in its scope, at its line. */
export const inPlaceOf = <A>(of: Node, body: () => A): A =>
  inPlace({ scope: of.scope, written: { stack: stacks.get(of) } }, body)

/** Runs `body`; the nodes that it makes are in this scope, and no line of a program wrote them. */
export const withoutLine = <A>(scope: Scope, body: () => A): A =>
  inPlace({ scope, written: { stack: undefined } }, body)
