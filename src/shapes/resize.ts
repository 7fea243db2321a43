/** Shapes of images at another size. */
import type { ShapeError } from './shape-error.js'
import type { Fits } from './decide.js'
import type { DimOf } from './dim-argument.js'
import type { Show } from './show.js'

/** `Fits`, or `resize2d: images are [batch,channels,height,width], got [3,8,8]`. */
export type ResizeFits<Images> = Images extends [unknown, unknown, unknown, unknown]
  ? Fits
  : ShapeError<`resize2d: images are [batch,channels,height,width], got [${Show<Images>}]`>

/** The shape with another height and width. */
export type Resize2d<Images, Size extends readonly [unknown, unknown]> = Images extends [
  infer Batch,
  infer Channels,
  unknown,
  unknown,
]
  ? [Batch, Channels, DimOf<Size[0]>, DimOf<Size[1]>]
  : never
