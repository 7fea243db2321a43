/** Dims and shapes as text, for messages: `[B,77,512]`. */
import type { Dim } from './dim.js'

/** A dim as text. Deferred for a type variable, which then reads as `NameOf<L>` in the message. */
export type NameOf<D> = D extends Dim ? `${D}` : never

/** The dims of a shape, separated by commas. */
export type Show<S> = S extends readonly [infer Head, ...infer Tail]
  ? Tail extends readonly []
    ? NameOf<Head>
    : `${NameOf<Head>},${Show<Tail>}`
  : ''
