/** Dims as a user hands them in: a literal, or a handle of a dim that no literal names. */
import type { Dim } from './dim.js'
import type { AnyDimHandle, DimHandle } from './dim-handle.js'
import type { ShapeError } from './shape-error.js'
import type { Box, Fits } from './decide.js'
import type { IsDimText, Malformed } from './arithmetic/well-formed.js'

/** What an element of a shape argument may be. */
export type DimLike = Dim | AnyDimHandle

/** The dim that a shape's element stands for. */
export type DimOf<D> = D extends DimHandle<infer Inner> ? Inner : D

/** The shape that a shape argument stands for. */
export type DimsOf<S> = { -readonly [Index in keyof S]: DimOf<S[Index]> }

type NotLiteral =
  "dims must be literal types; name a size that is known at run time, sized('V', n), or bind it with withDim"

/** `Fits` for one literal or one handle; a sentence for a bare `number` or `string` and for a union of either. */
export type LiteralDim<D, Whole = D> = D extends number
  ? number extends D
    ? ShapeError<NotLiteral>
    : Box<Whole> extends Box<D>
      ? `${D}` extends `-${string}` | `${string}.${string}` | `${string}e${string}`
        ? ShapeError<Malformed<D>>
        : Fits
      : ShapeError<NotLiteral>
  : D extends string
    ? string extends D
      ? ShapeError<NotLiteral>
      : Box<Whole> extends Box<D>
        ? IsDimText<D> extends true
          ? Fits
          : ShapeError<Malformed<D>>
        : ShapeError<NotLiteral>
    : Box<Whole> extends Box<D>
      ? Fits
      : ShapeError<NotLiteral>

/** `Fits` for a tuple of literals and handles. */
export type LiteralDims<S> = S extends readonly [infer Head, ...infer Tail]
  ? LiteralDim<Head> extends Fits
    ? LiteralDims<Tail>
    : LiteralDim<Head>
  : S extends readonly []
    ? Fits
    : ShapeError<NotLiteral>

/** A parameter that takes a dim: `linear = <const I extends Dim>(inner: DimArgument<I>) => ...` */
export type DimArgument<D> = LiteralDim<D> extends Fits ? D | DimHandle<D> : LiteralDim<D>
