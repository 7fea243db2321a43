/** Shapes as text, for messages: `[B,77,512]`. */
import type { Dim } from '../dim.js'

/** The dims of a shape, separated by commas. */
export type Show<S> = S extends readonly [infer Head, ...infer Tail]
  ? Tail extends readonly []
    ? `${Head & Dim}`
    : `${Head & Dim},${Show<Tail>}`
  : ''
