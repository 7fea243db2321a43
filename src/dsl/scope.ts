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
import type { Stack } from './source-line.js'

/** Names of scopes, outermost first; empty outside of all scopes. */
export type Scope = readonly string[]

const noScope: Scope = []

/** Where nodes that are made now were written. */
interface Place {
  readonly scope: Scope
  /** What is known of their line (`written.ts`); undefined where it is the line that runs now. */
  readonly written: { readonly stack: Stack | undefined } | undefined
}

let open: Place = { scope: noScope, written: undefined }

export const openPlace = (): Place => open

/** Runs `body` in exactly this place: for nodes that are made from a node, such as its gradient. */
export const inPlace = <A>(within: Place, body: () => A): A => {
  const before = open
  open = within
  try {
    return body()
  } finally {
    open = before
  }
}

/** The scope that a node made now is in. */
export const openScope = (): Scope => open.scope

/**
 * Runs `body`; the operations that it writes are in the scope `name`, within the scopes that are open already. `toText`,
 * `toDot` and `countOperationsByScope` show them, faults of these operations say it, and their gradients are in the same
 * scope. Numbers, sharing and JSON of operations outside of it do not change. Of an `async` function only the part before
 * its first `await` is in the scope.
 *
 * @example
 * const encode = (x: Tensor<['B', 64]>) => scope('encoder', () => relu(linear(x, parameter('w', [64, 64]))))
 */
export const scope = <A>(name: string, body: () => A): A =>
  inPlace({ ...open, scope: [...open.scope, name] }, body)

/**
 * The text of a scope: `encoder/block3`. A name that repeats the names outside of it, as names of parameters do, is
 * written once: `blocks.3` in `blocks` is `blocks.3`.
 */
export const showScope = (of: Scope): string =>
  of.filter((name, i) => of[i + 1]?.startsWith(`${name}.`) !== true).join('/')
