/** Shapes after taking the largest elements of an axis. */
import type { ShapeError } from '../tensor.js'
import type { SplitAtAxis } from './axis.js'
import type { IsNumber } from './decide.js'
import type { SubtractDigits } from './digits.js'
import type { Show } from './show.js'

/** The shape with `K` as the last dim, or `topK: 9 elements of axis 1 of [B,8]`. */
export type TopK<S, K extends number> =
  SplitAtAxis<S, -1> extends [infer Before extends unknown[], infer Size, unknown]
    ? TooMany<Size, K> extends true
      ? ShapeError<`topK: ${K} elements of axis ${Before['length']} of [${Show<S>}]`>
      : [...Before, K]
    : ShapeError<'topK: needs rank >= 1'>

type TooMany<Size, K extends number> = K extends 0
  ? true
  : IsNumber<Size> extends true
    ? SubtractDigits<`${Size & number}`, `${K}`> extends 'negative'
      ? true
      : false
    : false
