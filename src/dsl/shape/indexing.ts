/** Shapes after looking for the largest elements of an axis. */
import type { ShapeError } from '../tensor.js'
import type { NoSuchAxis, SplitAtAxis } from './axis.js'
import type { Fits, Identical, IsNumber } from './decide.js'
import type { LiteralDim } from './dim-argument.js'
import type { SubtractDigits } from './digits.js'
import type { Show } from './show.js'

/** The shape without an axis, or `argMax: axis 1 of [B,0] is empty`. `Zero` is a parameter for the sake of `Identical`. */
export type ArgMax<S, Axis extends number, Zero = 0> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer Size, infer After extends unknown[]]
    ? Identical<Size, Zero> extends true
      ? ShapeError<`argMax: axis ${Before['length']} of [${Show<S>}] is empty`>
      : [...Before, ...After]
    : ShapeError<NoSuchAxis<S, Axis>>

/** The shape with `K` as the last dim, or `topK: 9 elements of axis 1 of [B,8]`. */
export type TopK<S, K extends number, Kind = 'number'> =
  LiteralDim<K> extends Fits ? LargestOf<S, K, Kind> : LiteralDim<K>

type LargestOf<S, K extends number, Kind> =
  SplitAtAxis<S, -1> extends [infer Before extends unknown[], infer Size, unknown]
    ? TooMany<Size, K, Kind> extends true
      ? ShapeError<`topK: ${K} elements of axis ${Before['length']} of [${Show<S>}]`>
      : [...Before, K]
    : ShapeError<'topK: needs rank >= 1'>

type TooMany<Size, K extends number, Kind> = K extends 0
  ? true
  : IsNumber<Size, Kind> extends true
    ? SubtractDigits<`${Size & number}`, `${K}`> extends 'negative'
      ? true
      : false
    : false
