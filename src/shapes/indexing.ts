/** Shapes after taking elements by index, adding to them by index, and finding the largest. */
import type { ShapeError } from './shape-error.js'
import type { NoSuchAxis, ReplaceAxis, SplitAtAxis } from './axis.js'
import type { Box, Fits, Identical, IsNumber } from './decide.js'
import type { LiteralDim } from './dim-argument.js'
import type { SubtractDigits } from './arithmetic/digits.js'
import type { Slice } from './layout.js'
import type { Show } from './show.js'

/** The shape without an axis, or `argMax: axis 1 of [B,0] is empty`. `Zero` is a constant that has to be a parameter: see `Identical`. */
export type ArgExtreme<Operation extends string, S, Axis extends number, Zero = 0> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer Size, infer After extends unknown[]]
    ? Identical<Size, Zero> extends true
      ? ShapeError<`${Operation}: axis ${Before['length']} of [${Show<S>}] is empty`>
      : [...Before, ...After]
    : ShapeError<NoSuchAxis<S, Axis>>

/** The shape with `K` at the axis, or `topK: 9 elements of axis 1 of [B,8]`. */
export type TopK<S, K extends number, Axis extends number, Kind = 'number'> =
  LiteralDim<K> extends Fits ? LargestOf<S, K, Axis, Kind> : LiteralDim<K>

type LargestOf<S, K extends number, Axis extends number, Kind> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], infer Size, infer After extends unknown[]]
    ? TooMany<Size, K, Kind> extends true
      ? ShapeError<`topK: ${K} elements of axis ${Before['length']} of [${Show<S>}]`>
      : [...Before, K, ...After]
    : ShapeError<NoSuchAxis<S, Axis>>

type TooMany<Size, K extends number, Kind> = K extends 0
  ? true
  : IsNumber<Size, Kind> extends true
    ? SubtractDigits<`${Size & number}`, `${K}`> extends 'negative'
      ? true
      : false
    : false

/** `Fits`, or `takeAlongAxis axis 1: [B,8] and indices [C,2] differ off that axis`. */
export type TakeAlongAxis<S, Indices, Axis extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], unknown, infer After extends unknown[]]
    ? SplitAtAxis<Indices, Axis> extends [
        infer IndicesBefore extends unknown[],
        unknown,
        infer IndicesAfter extends unknown[],
      ]
      ? Box<[IndicesBefore, IndicesAfter]> extends Box<[Before, After]>
        ? Fits
        : ShapeError<DifferOffAxis<S, Indices, Before['length']>>
      : ShapeError<DifferOffAxis<S, Indices, Before['length']>>
    : ShapeError<NoSuchAxis<S, Axis>>

type DifferOffAxis<
  S,
  Indices,
  Axis extends number,
> = `takeAlongAxis axis ${Axis}: [${Show<S>}] and indices [${Show<Indices>}] differ off that axis`

/** `Fits`, or `scatter: updates are [3,8], not [2,8]`: updates are what `gather` would give. */
export type ScatterOnto<S, Updates, Indices extends unknown[], Axis extends number> =
  ReplaceAxis<S, Axis, Indices> extends infer Wanted
    ? Wanted extends ShapeError<string>
      ? Wanted
      : Box<Updates> extends Box<Wanted>
        ? Fits
        : ShapeError<`scatter: updates are [${Show<Updates>}], not [${Show<Wanted>}]`>
    : never

/**
 * `Fits`, or `dynamicUpdateSlice axis 1: [B,8] and update [C,2] differ off that axis`. An update that is known to be longer
 * than the axis is refused as a slice is.
 */
export type DynamicUpdate<S, Update, Axis extends number> =
  SplitAtAxis<S, Axis> extends [infer Before extends unknown[], unknown, infer After extends unknown[]]
    ? SplitAtAxis<Update, Axis> extends [
        infer UpdateBefore extends unknown[],
        infer Length,
        infer UpdateAfter extends unknown[],
      ]
      ? Box<[UpdateBefore, UpdateAfter]> extends Box<[Before, After]>
        ? Slice<S, Axis, 0, Length>
        : ShapeError<UpdateDiffers<S, Update, Before['length']>>
      : ShapeError<UpdateDiffers<S, Update, Before['length']>>
    : ShapeError<NoSuchAxis<S, Axis>>

type UpdateDiffers<
  S,
  Update,
  Axis extends number,
> = `dynamicUpdateSlice axis ${Axis}: [${Show<S>}] and update [${Show<Update>}] differ off that axis`

/**
 * The shape of updates with `Size` at the axis, in place of the dims of the indices, or
 * `scatterAdd: indices [33] do not match [32,512] at axis 0`.
 */
export type Scatter<
  Op extends string,
  Updates,
  Indices extends readonly unknown[],
  Axis extends number,
  Size,
> = number extends Axis
  ? ShapeError<'an axis must be a literal number'>
  : `${Axis}` extends `-${infer Place extends number}`
    ? ReplaceFromTheEnd<Updates, Indices, Place, Size> extends infer Replaced extends unknown[]
      ? Replaced
      : ShapeError<DoNotMatch<Op, Updates, Indices, Axis>>
    : ReplaceFromTheFront<Updates, Indices, Axis, Size> extends infer Replaced extends unknown[]
      ? Replaced
      : ShapeError<DoNotMatch<Op, Updates, Indices, Axis>>

type ReplaceFromTheFront<
  Rest,
  Indices extends readonly unknown[],
  Axis,
  Size,
  Before extends unknown[] = [],
> =
  Box<Axis> extends Box<Before['length']>
    ? Box<Rest> extends Box<[...Indices, ...infer After]>
      ? [...Before, Size, ...After]
      : null
    : Rest extends [infer Head, ...infer Tail]
      ? ReplaceFromTheFront<Tail, Indices, Axis, Size, [...Before, Head]>
      : null

type ReplaceFromTheEnd<Rest, Indices extends readonly unknown[], Place, Size, After extends unknown[] = []> =
  Box<Place> extends Box<[unknown, ...After]['length']>
    ? Box<Rest> extends Box<[...infer Before, ...Indices]>
      ? [...Before, Size, ...After]
      : null
    : Box<Rest> extends Box<[...infer Front, infer Last]>
      ? ReplaceFromTheEnd<Front, Indices, Place, Size, [Last, ...After]>
      : null

type DoNotMatch<
  Op extends string,
  Updates,
  Indices,
  Axis extends number,
> = `${Op}: indices [${Show<Indices>}] do not match [${Show<Updates>}] at axis ${Axis}`
