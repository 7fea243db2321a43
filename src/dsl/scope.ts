/**
 * Names for the parts of a program: which layer an operation is in, for listings, pictures, costs and faults.
 *
 * A scope is a note on a node, and no part of what the node is: nodes are equal, shared and computed as if there were no
 * scopes. An operation that is written in several scopes exists once, and its note names the first of them.
 *
 * The scope that is open while a function builds its nodes is a variable here, because operations are called as plain
 * functions of tensors and nothing else connects them with the scope that they are called in. It cannot be seen from
 * outside: it is set for the extent of one synchronous call, and put back even if that call throws.
 */

/** Names of scopes, outermost first; empty outside of all scopes. */
export type Scope = readonly string[]

const noScope: Scope = []
let open: Scope = noScope

/** The scope that a node made now is in. */
export const openScope = (): Scope => open

/** Runs `body` in exactly this scope: for nodes that are made from a node, such as its gradient. */
export const inScope = <A>(within: Scope, body: () => A): A => {
  const before = open
  open = within
  try {
    return body()
  } finally {
    open = before
  }
}

/**
 * Runs `body`; the operations that it writes are in the scope `name`, within the scopes that are open already. `toText`,
 * `toDot` and `countOperationsByScope` show them, faults of these operations say it, and their gradients are in the same
 * scope. Numbers, sharing and JSON of operations outside of it do not change. Of an `async` function only the part before
 * its first `await` is in the scope.
 *
 * @example
 * const encode = (x: Tensor<['B', 64]>) => scope('encoder', () => relu(linear(x, parameter('w', [64, 64]))))
 */
export const scope = <A>(name: string, body: () => A): A => inScope([...open, name], body)

/**
 * The text of a scope: `encoder/block3`. A name that repeats the names outside of it, as names of parameters do, is
 * written once: `blocks.3` in `blocks` is `blocks.3`.
 */
export const showScope = (of: Scope): string =>
  of.filter((name, i) => of[i + 1]?.startsWith(`${name}.`) !== true).join('/')
