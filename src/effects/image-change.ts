/** Changes of colours and places that make a strong view of an image, as data. */
import type { RandomKey } from '../values/random-key.js'
import { foldIn, uniform } from '../values/random-key.js'

/**
 * One change of a square image. Values of pixels are 0 to 255; lengths are shares of the side.
 * - `AutoContrast`, `Equalize`: each colour stretched to the whole range, or to a histogram as even as can be.
 * - `Posterize`: so many bits of each value are kept.
 * - `Solarize`: values from the threshold on are inverted, after something was added to all.
 * - `Saturation`, `Contrast`, `Brightness`, `Sharpness`: so much of the image, and the rest of it grey, of its mean grey, black, or
 *   smoothed.
 * - `Affine`: the pixel at (x, y) is that of (a x + b y + c, d x + e y + f); black where there is none.
 * - `Cutout`: a grey square with its middle at (x, y).
 */
export type ImageChange =
  | { readonly tag: 'AutoContrast' | 'Equalize' | 'Invert' }
  | { readonly tag: 'Posterize'; readonly bits: number }
  | { readonly tag: 'Solarize'; readonly threshold: number; readonly added: number }
  | { readonly tag: 'Saturation' | 'Contrast' | 'Brightness' | 'Sharpness'; readonly factor: number }
  | { readonly tag: 'Affine'; readonly matrix: AffineMatrix }
  | { readonly tag: 'Cutout'; readonly x: number; readonly y: number; readonly side: number }

/** (a, b, c, d, e, f): c and f are shares of the side. */
export type AffineMatrix = readonly [number, number, number, number, number, number]

/** Changes of an image, and their strength out of 30. */
const [changesOfImage, magnitude] = [2, 10] as const

/** The side in pixels that lengths in pixels are stated for. */
const statedSide = 224

const strength = magnitude / 30

/** The factor of a blend with something else: from 0.1 to 1.9 by strength. */
const factor = 0.1 + 1.8 * strength

/** A turn by degrees, counter-clockwise, about the middle. */
const turned = (degrees: number): AffineMatrix => {
  const angle = (-degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [cos, sin, 0.5 * (1 - cos - sin), -sin, cos, 0.5 * (1 + sin - cos)]
}

/** The changes of RandAugment at this strength; `sign` is 1 or -1, `x` and `y` are a place. */
const choices: readonly ((sign: number, x: number, y: number) => ImageChange)[] = [
  () => ({ tag: 'AutoContrast' }),
  () => ({ tag: 'Equalize' }),
  () => ({ tag: 'Invert' }),
  (sign) => ({ tag: 'Affine', matrix: turned(sign * 30 * strength) }),
  () => ({ tag: 'Posterize', bits: Math.floor(4 + 4 * strength) }),
  () => ({ tag: 'Solarize', threshold: 256 * strength, added: 0 }),
  () => ({ tag: 'Solarize', threshold: 128, added: 110 * strength }),
  () => ({ tag: 'Saturation', factor }),
  () => ({ tag: 'Contrast', factor }),
  () => ({ tag: 'Brightness', factor }),
  () => ({ tag: 'Sharpness', factor }),
  (sign) => ({ tag: 'Affine', matrix: [1, sign * 0.3 * strength, 0, 0, 1, 0] }),
  (sign) => ({ tag: 'Affine', matrix: [1, 0, 0, sign * 0.3 * strength, 1, 0] }),
  (_, x, y) => ({ tag: 'Cutout', x, y, side: (40 * strength) / statedSide }),
  (sign) => ({ tag: 'Affine', matrix: [1, 0, (sign * 100 * strength) / statedSide, 0, 1, 0] }),
  (sign) => ({ tag: 'Affine', matrix: [1, 0, 0, 0, 1, (sign * 100 * strength) / statedSide] }),
]

/**
 * The changes of RandAugment (Cubuk et al. 2020) as Dassl has it by default: two of 16, drawn with replacement, at strength 10 of 30.
 * Lengths that it states in pixels are taken to be those of an image of 224 pixels to a side. The same key gives the same changes.
 */
export const randAugment = (key: RandomKey): readonly ImageChange[] =>
  Array.from({ length: changesOfImage }, (_, i) => uniform(foldIn(key, i), 4)).flatMap(
    ([which = 0, coin = 0, x = 0, y = 0]) =>
      choices[Math.floor(which * choices.length)]?.(coin < 0.5 ? 1 : -1, x, y) ?? [],
  )
