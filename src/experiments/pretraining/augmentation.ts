/**
 * Augmentation inside the program: images are decoded once; random crops, flips and colours are matrices that each
 * step draws from its key, so that a step's batch costs a few matrix products and no file access.
 */
import {
  abs,
  add,
  broadcastTo,
  cast,
  einsum,
  equal,
  expandDims,
  input,
  iota,
  mean,
  minimum,
  mul,
  relu,
  sub,
  sum,
} from '../../dsl/index.js'
import type { Dim, DimHandle, Tensor } from '../../dsl/index.js'
import type { RandomKey } from '../../values/random-key.js'
import { foldIn, uniform } from '../../values/random-key.js'
import type { NamedValues } from '../../values/named-values.js'

/** How strongly images are augmented. */
export interface AugmentationStrength {
  /**
   * Least share of an image's area that a crop keeps, in (0, 1], before its sides are stretched against each other by
   * at most 4/3 and cut to the image.
   */
  readonly leastArea: number
  /** Probability of a colour change: a random mixing of channels, grey, contrast, inversion. */
  readonly colour: number
  /** Probability of drawing an image by its edges alone, dark on light. */
  readonly edges: number
}

/** Bilinear interpolation of `size` positions from `from` to `to` of a row of `size` pixels, as [size, size]. */
const interpolation = (size: number, from: number, to: number, flip: boolean, row: Float32Array): void => {
  for (let i = 0; i < size; i += 1) {
    const place = from + ((to - from) * (i + 0.5)) / size - 0.5
    const low = Math.min(Math.max(Math.floor(place), 0), size - 1)
    const high = Math.min(low + 1, size - 1)
    const share = Math.min(Math.max(place - low, 0), 1)
    const start = (flip ? size - 1 - i : i) * size
    row[start + low] = (row[start + low] ?? 0) + 1 - share
    row[start + high] = (row[start + high] ?? 0) + share
  }
}

const luminance = [0.299, 0.587, 0.114] as const

/** A colour map c -> A c + b: identity, or a random mixture towards grey with contrast, sometimes inverted. */
const colourMap = (
  draws: readonly number[],
  chance: number,
): readonly [readonly number[], readonly number[]] => {
  const [apply = 1, grey = 0, contrast = 0, brightness = 0, invert = 1, ...mix] = draws
  if (apply >= chance)
    return [
      [1, 0, 0, 0, 1, 0, 0, 0, 1],
      [0, 0, 0],
    ]
  const gain = (0.6 + 0.8 * contrast) * (invert < 0.25 ? -1 : 1)
  const toGrey = grey < 0.4 ? 1 : (grey - 0.4) * 0.8
  const matrix = Array.from({ length: 9 }, (_, i) => {
    const [to, from] = [Math.floor(i / 3), i % 3]
    const own = (to === from ? 1 : 0) + 0.3 * ((mix[i] ?? 0.5) - 0.5)
    return gain * ((1 - toGrey) * own + toGrey * (luminance[from] ?? 0))
  })
  return [matrix, Array.from({ length: 3 }, () => (brightness - 0.5) * 1.0)]
}

/** Strength of strokes: from grey outlines to lines that blacken any texture. */
const lightestPen = 0.4
const heaviestPen = 2.5

/**
 * The matrices of a batch: `rows` and `columns` [B,R,R], `colour` [B,3,3], `shift` [B,3], `edges` [B], and how hard the
 * `pen` of each drawing presses [B].
 */
export const drawAugmentation = (
  key: RandomKey,
  batch: number,
  resolution: number,
  { leastArea, colour, edges }: AugmentationStrength,
): NamedValues => {
  const rows = new Float32Array(batch * resolution * resolution)
  const columns = new Float32Array(batch * resolution * resolution)
  const colours = new Float32Array(batch * 9)
  const shifts = new Float32Array(batch * 3)
  const edgeShares = new Float32Array(batch)
  const pens = new Float32Array(batch)
  for (let image = 0; image < batch; image += 1) {
    const draws = Array.from(uniform(foldIn(key, image), 24))
    const [share = 1, aspect = 0.5, x = 0, y = 0, flip = 0, edge = 1, pen = 0, ...rest] = draws
    const side = Math.sqrt(leastArea + (1 - leastArea) * share)
    const stretch = Math.exp((aspect - 0.5) * Math.log(4 / 3))
    const [height, width] = [Math.min(side * stretch, 1), Math.min(side / stretch, 1)].map(
      (part) => part * resolution,
    )
    const matrix = (all: Float32Array): Float32Array =>
      all.subarray(image * resolution ** 2, (image + 1) * resolution ** 2)
    const top = y * (resolution - (height ?? resolution))
    const left = x * (resolution - (width ?? resolution))
    interpolation(resolution, top, top + (height ?? resolution), false, matrix(rows))
    interpolation(resolution, left, left + (width ?? resolution), flip < 0.5, matrix(columns))
    const [mixing, shift] = colourMap(rest, colour)
    colours.set(mixing, image * 9)
    shifts.set(shift, image * 3)
    edgeShares[image] = edge < edges ? 1 : 0
    pens[image] = lightestPen * (heaviestPen / lightestPen) ** pen
  }
  return {
    rows: { dtype: 'f32', shape: [batch, resolution, resolution], data: rows },
    columns: { dtype: 'f32', shape: [batch, resolution, resolution], data: columns },
    colour: { dtype: 'f32', shape: [batch, 3, 3], data: colours },
    shift: { dtype: 'f32', shape: [batch, 3], data: shifts },
    edges: { dtype: 'f32', shape: [batch], data: edgeShares },
    pen: { dtype: 'f32', shape: [batch], data: pens },
  }
}

/** A matrix [R,R] that maps each position to its difference from the next one, and the last to 0. */
const differences = <R>(resolution: DimHandle<R>): Tensor<[R, R]> => {
  const [row, column] = [iota([resolution, resolution], 0), iota([resolution, resolution], 1)]
  const next = cast(equal(column, add(row, 1)), 'f32')
  return sub(next, mul(cast(equal(column, row), 'f32'), sum(next, 1, { keepDims: true })))
}

/** About the lightest and darkest value of CLIP's normalised channels: paper and ink. */
const paper = 2
const ink = -1.8

/** Changes of brightness up to this are texture and noise, and are not drawn. */
const faintest = 0.15

/** The images as drawings: dark where brightness changes, by how hard the pen of each presses; light elsewhere. */
const drawn = <R extends Dim>(
  images: Tensor<['B', 3, R, R]>,
  pen: Tensor<['B']>,
  resolution: DimHandle<R>,
): Tensor<['B', 3, R, R]> => {
  const grey = mean(images, 1)
  const step = differences(resolution)
  const across = abs(einsum('b y x, w x -> b y w', grey, step))
  const down = abs(einsum('b y x, h y -> b h x', grey, step))
  const edges = relu(sub(add(across, down), faintest))
  const strength = minimum(mul(edges, expandDims(expandDims(pen, 1), 2)), 1)
  const stroke = add(mul(strength, ink - paper), paper)
  return broadcastTo(expandDims(stroke, 1), ['B', 3, resolution, resolution])
}

/** Augmented images as a program over `images` [B,3,R,R] and the matrices of `drawAugmentation`. */
export const augment = <R extends Dim>(
  images: Tensor<['B', 3, R, R]>,
  resolution: DimHandle<R>,
): Tensor<['B', 3, R, R]> => {
  const cropped = einsum(
    'b c h x, b w x -> b c h w',
    einsum('b c y x, b h y -> b c h x', images, input('rows', ['B', resolution, resolution])),
    input('columns', ['B', resolution, resolution]),
  )
  const everywhere = (perImage: Tensor<['B', 3]>): Tensor<['B', 3, R, R]> =>
    broadcastTo(expandDims(expandDims(perImage, 2), 3), ['B', 3, resolution, resolution])
  const coloured = add(
    einsum('b c h w, b d c -> b d h w', cropped, input('colour', ['B', 3, 3])),
    everywhere(input('shift', ['B', 3])),
  )
  const share = broadcastTo(expandDims(expandDims(expandDims(input('edges', ['B']), 1), 2), 3), [
    'B',
    3,
    resolution,
    resolution,
  ])
  return add(coloured, mul(share, sub(drawn(cropped, input('pen', ['B']), resolution), coloured)))
}
