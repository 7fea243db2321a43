/** Shapes after gathering by indices and scattering back. */
import type { ShapeError } from '../tensor.js'
import type { NoSuchAxis, SplitAtAxis } from './axis.js'
import type { SubtractDigits } from './digits.js'
import type { Show } from './show.js'

/**
 * Adjoint of gather: where `updates` have the axes of `ids` from `Axis` on, the result has one axis of `Size`;
 * else `scatterAdd: ids [N] do not match [M,512] at axis 0`.
 */
export type ScatterAdd<Updates, Ids extends unknown[], Axis extends number, Size> =
  RestFrom<Updates, Axis> extends [infer Before extends unknown[], infer Rest]
    ? Rest extends [...Ids, ...infer After]
      ? [...Before, Size, ...After]
      : ShapeError<`scatterAdd: ids [${Show<Ids>}] do not match [${Show<Updates>}] at axis ${Axis}`>
    : ShapeError<`scatterAdd: ids [${Show<Ids>}] do not match [${Show<Updates>}] at axis ${Axis}`>

type RestFrom<S, Axis extends number, Before extends unknown[] = []> = Before['length'] extends Axis
  ? [Before, S]
  : S extends [infer Head, ...infer Tail]
    ? RestFrom<Tail, Axis, [...Before, Head]>
    : null

/** The shape with `K` in place of an axis, or `topK: 9 elements of axis 1 of [B,8]`. */
export type TopK<S, Axis extends number, K extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer At, infer After extends unknown[]]
    ? Enough<At, K> extends true
      ? [...Before, K, ...After]
      : ShapeError<`topK: ${K} elements of axis ${Before['length']} of [${Show<S>}]`>
    : NoSuchAxis<S, Axis>

type Enough<Size, K extends number> = K extends 0
  ? false
  : `${K}` extends `-${string}` | `${string}.${string}`
    ? false
    : Size extends number
      ? SubtractDigits<`${Size}`, `${K}`> extends 'negative'
        ? false
        : true
      : true

/** The shape without an axis of which one index is taken; the index must lie inside. */
export type Select<S, Axis extends number, Index extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer At, infer After extends unknown[]]
    ? OutsideOf<At, Index> extends true
      ? ShapeError<`select: index ${Index} is not in axis ${Before['length']} of [${Show<S>}]`>
      : [...Before, ...After]
    : NoSuchAxis<S, Axis>

type OutsideOf<Size, Index extends number> = `${Index}` extends `-${string}`
  ? true
  : Size extends Index
    ? true
    : Size extends number
      ? number extends Index
        ? false
        : SubtractDigits<`${Size}`, `${Index}`> extends 'negative'
          ? true
          : false
      : false
