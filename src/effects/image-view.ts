/** Which part of an image is looked at: pure geometry, no decoding. */
import type * as t from 'io-ts'
import { literals } from '../dsl/documents/literals.js'
import type { RandomKey } from '../values/random-key.js'
import { uniform } from '../values/random-key.js'
import type { ImageChange } from './image-change.js'

/**
 * A view of an image; every view ends as a square. Numbers are fractions, so that a view can be drawn before the
 * image's size is known.
 * - `crop`: the shorter side is resized to the resolution; a square is cut at `x`, `y` in [0, 1] of what is left
 *   over (0.5, 0.5 is the centre).
 * - `stretch`: the whole image, its proportions lost.
 * - `fit`: the whole image, its longer side resized to the resolution, in the middle of a black square.
 * - `resizedCrop`: the first rectangle of `tries` that the image has room for, at `x`, `y` in [0, 1) of what is left over;
 *   if it has room for none, the largest one in the middle whose width / height is within 3/4 and 4/3.
 *
 * What is cut out is changed in its colours and places then, one change after the other, where changes are given.
 */
export type ImageView = PlacedView & { readonly changes?: readonly ImageChange[] }

/** Which part of an image is cut out. */
type PlacedView =
  | { readonly tag: 'Crop'; readonly x: number; readonly y: number; readonly flip: boolean }
  | { readonly tag: 'Stretch' | 'Fit'; readonly flip: boolean }
  | {
      readonly tag: 'ResizedCrop'
      readonly tries: readonly CropTry[]
      readonly x: number
      readonly y: number
      readonly flip: boolean
    }

/** A rectangle by its share of the image's area, and its width / height. */
export interface CropTry {
  readonly area: number
  readonly aspect: number
}

/** What is the same for all images: the side of the result in pixels; mean and deviation per colour, of values in [0, 1]. */
export interface ImageTransform {
  readonly resolution: number
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
  /** How pixels between pixels are found when an image is resized; bicubic if not given. */
  readonly interpolation?: Interpolation
}

/** The kernels of resampling that image libraries call by these names. */
export const interpolation = literals(['bicubic', 'bilinear'])
export type Interpolation = t.TypeOf<typeof interpolation>

/** CLIP's mean and deviation (Radford et al. 2021, as released). */
export const clipNormalisation = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
} as const

/** CLIP's own view: shorter side to the resolution, then the centre. */
export const centreView: ImageView = { tag: 'Crop', x: 0.5, y: 0.5, flip: false }

/** The whole image, turned over left to right for half of all keys: augmentation by flips alone. */
export const randomFlip = (view: ImageView, key: RandomKey): ImageView => {
  const [chance = 0] = uniform(key, 1)
  return chance < 0.5 ? view : { ...view, flip: !view.flip }
}

/** A square of the resized image at a random place, flipped for half of all keys. */
export const randomCrop = (key: RandomKey): ImageView => {
  const [x = 0, y = 0, chance = 0] = uniform(key, 3)
  return { tag: 'Crop', x, y, flip: chance < 0.5 }
}

/** What random resized crops are drawn from, by torchvision's defaults: shares of the area, and the largest width / height. */
const leastArea = 0.08
const largestAspect = 4 / 3

/** How many rectangles are tried. */
const cropTries = 10

/**
 * A random resized crop (Szegedy et al. 2015), of the same distribution as `RandomResizedCrop` of torchvision with a flip
 * after it: the share of the area is uniform between 0.08 and 1, the aspect ratio log-uniform between 3/4 and 4/3; flipped
 * for half of all keys. The same key gives the same view.
 *
 * @example
 * const view = randomResizedCrop(randomKey.foldIn(randomKey.keyFromSeed(1), 5))
 */
export const randomResizedCrop = (key: RandomKey): ImageView => {
  const draws = uniform(key, 2 * cropTries + 3)
  const [x = 0, y = 0, chance = 0] = draws.subarray(2 * cropTries)
  return {
    tag: 'ResizedCrop',
    tries: Array.from({ length: cropTries }, (_, i) => ({
      area: leastArea + (1 - leastArea) * (draws[2 * i] ?? 0),
      aspect: Math.exp((2 * (draws[2 * i + 1] ?? 0) - 1) * Math.log(largestAspect)),
    })),
    x,
    y,
    flip: chance < 0.5,
  }
}

/** A rectangle in whole pixels. */
export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A view of an image of known size: resize the rectangle `from` of it to `width` × `height`, keep `window` of that. */
export interface Placement {
  readonly from: Rectangle
  readonly width: number
  readonly height: number
  readonly window: Rectangle
}

/** Rounds to the nearest whole number, halves to the even one, as Python does. */
const roundHalfToEven = (x: number): number => {
  const below = Math.floor(x)
  if (x - below !== 0.5) return Math.round(x)
  return below % 2 === 0 ? below : below + 1
}

/** The rectangle of a resized crop, in the arithmetic of torchvision's `RandomResizedCrop.get_params`. */
const cropRectangle = (
  { tries, x, y }: Extract<ImageView, { readonly tag: 'ResizedCrop' }>,
  width: number,
  height: number,
): Rectangle => {
  const sizes = tries.map(({ area, aspect }) => {
    const pixels = area * (width * height)
    return {
      width: roundHalfToEven(Math.sqrt(pixels * aspect)),
      height: roundHalfToEven(Math.sqrt(pixels / aspect)),
    }
  })
  const fitting = sizes.find(
    (size) => size.width > 0 && size.width <= width && size.height > 0 && size.height <= height,
  )
  if (fitting !== undefined) {
    return {
      ...fitting,
      left: Math.floor((width - fitting.width + 1) * x),
      top: Math.floor((height - fitting.height + 1) * y),
    }
  }
  const middle = {
    width: Math.min(width, roundHalfToEven(height * largestAspect)),
    height: Math.min(height, roundHalfToEven(width * largestAspect)),
  }
  return {
    ...middle,
    left: Math.floor((width - middle.width) / 2),
    top: Math.floor((height - middle.height) / 2),
  }
}

/**
 * Where a view lies in an image of `width` × `height` pixels, for a square result of side `resolution`. The window is
 * the square; of `fit`, the part of it that is not left black.
 */
export const placeView = (view: ImageView, width: number, height: number, resolution: number): Placement => {
  const whole: Rectangle = { left: 0, top: 0, width, height }
  const square: Rectangle = { left: 0, top: 0, width: resolution, height: resolution }
  switch (view.tag) {
    case 'Stretch':
      return { from: whole, width: resolution, height: resolution, window: square }
    case 'Fit': {
      const longer = Math.max(width, height)
      const resized = (size: number): number => Math.max(1, roundHalfToEven(size / (longer / resolution)))
      const [fitWidth, fitHeight] = [resized(width), resized(height)]
      return {
        from: whole,
        width: fitWidth,
        height: fitHeight,
        window: { left: 0, top: 0, width: fitWidth, height: fitHeight },
      }
    }
    case 'Crop': {
      const shorter = Math.min(width, height)
      const resizedWidth = Math.floor((resolution * width) / shorter)
      const resizedHeight = Math.floor((resolution * height) / shorter)
      return {
        from: whole,
        width: resizedWidth,
        height: resizedHeight,
        window: {
          ...square,
          left: roundHalfToEven((resizedWidth - resolution) * view.x),
          top: roundHalfToEven((resizedHeight - resolution) * view.y),
        },
      }
    }
    case 'ResizedCrop':
      return {
        from: cropRectangle(view, width, height),
        width: resolution,
        height: resolution,
        window: square,
      }
  }
}
