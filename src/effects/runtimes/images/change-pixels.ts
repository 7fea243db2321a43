/** Changes of an image's colours and places on bytes, as the Python Imaging Library computes them. */
import type { AffineMatrix, ImageChange } from '../../image-change.js'
import type { RgbImage } from './resample.js'

/** A value as a byte: the part after the point is dropped. */
const byte = (x: number): number => Math.min(Math.max(Math.trunc(x), 0), 255)

/** The image with each value replaced by that of its colour's table of 256. */
const byTables = (
  { width, height, pixels }: RgbImage,
  tableOf: (colour: number) => readonly number[],
): RgbImage => {
  const tables = [0, 1, 2].map(tableOf)
  return { width, height, pixels: pixels.map((value, i) => tables[i % 3]?.[value] ?? value) }
}

const tableOf = (of: (value: number) => number): readonly number[] =>
  Array.from({ length: 256 }, (_, value) => of(value))

/** How often each value of a colour occurs. */
const histogram = ({ pixels }: RgbImage, colour: number): readonly number[] => {
  const counts = Array.from({ length: 256 }, () => 0)
  for (let i = colour; i < pixels.length; i += 3) counts[pixels[i] ?? 0] = (counts[pixels[i] ?? 0] ?? 0) + 1
  return counts
}

/** From the lowest value that occurs at 0 to the highest at 255. */
const autoContrast = (counts: readonly number[]): readonly number[] => {
  const [lowest, highest] = [counts.findIndex((n) => n > 0), counts.findLastIndex((n) => n > 0)]
  if (highest <= lowest) return tableOf((value) => value)
  const scale = 255 / (highest - lowest)
  return tableOf((value) => byte(value * scale - lowest * scale))
}

/** Each value at the share of pixels below it, in steps that a 255th of all but the highest value make. */
const equalised = (counts: readonly number[]): readonly number[] => {
  const present = counts.filter((n) => n > 0)
  const step = Math.floor((present.reduce((sum, n) => sum + n, 0) - (present.at(-1) ?? 0)) / 255)
  if (present.length <= 1 || step === 0) return tableOf((value) => value)
  let below = Math.floor(step / 2)
  return counts.map((n) => {
    const at = Math.floor(below / step)
    below += n
    return Math.min(at, 255)
  })
}

/** The brightness of a pixel (ITU-R 601), as a byte. */
const grey = (pixels: Uint8Array, at: number): number =>
  ((pixels[at] ?? 0) * 19_595 + (pixels[at + 1] ?? 0) * 38_470 + (pixels[at + 2] ?? 0) * 7471 + 0x8000) >> 16

/** So much of the image, and the rest of another one. */
const blended = (
  { width, height, pixels }: RgbImage,
  other: (index: number) => number,
  factor: number,
): RgbImage => ({
  width,
  height,
  pixels: pixels.map((value, i) => byte(Math.fround(other(i) + Math.fround(factor) * (value - other(i))))),
})

const meanGrey = ({ pixels }: RgbImage): number => {
  let sum = 0
  for (let at = 0; at < pixels.length; at += 3) sum += grey(pixels, at)
  return Math.trunc(sum / (pixels.length / 3) + 0.5)
}

/** The mean of a pixel and its neighbours, the pixel counted five times; at the border the pixel itself. */
const smoothed =
  ({ width, height, pixels }: RgbImage) =>
  (index: number): number => {
    const at = Math.floor(index / 3)
    const [x, y] = [at % width, Math.floor(at / width)]
    const own = pixels[index] ?? 0
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return own
    let sum = 4 * own
    for (const row of [-1, 0, 1]) {
      for (const column of [-1, 0, 1]) sum += pixels[index + 3 * (row * width + column)] ?? 0
    }
    return byte(sum / 13 + 0.5)
  }

/** The pixels nearest to where a matrix takes the middles of pixels; black outside. */
const moved = ({ width, height, pixels }: RgbImage, [a, b, c, d, e, f]: AffineMatrix): RgbImage => {
  const next = new Uint8Array(pixels.length)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const fromX = Math.floor(a * (x + 0.5) + b * (y + 0.5) + c * width)
      const fromY = Math.floor(d * (x + 0.5) + e * (y + 0.5) + f * height)
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue
      const from = (fromY * width + fromX) * 3
      next.set(pixels.subarray(from, from + 3), (y * width + x) * 3)
    }
  }
  return { width, height, pixels: next }
}

/** The colour of what is cut out. */
const cutOutColour = [125, 123, 114] as const

const cutOut = (
  { width, height, pixels }: RgbImage,
  middle: { readonly x: number; readonly y: number; readonly side: number },
): RgbImage => {
  const side = middle.side * width
  const from = (place: number): number => Math.trunc(Math.max(0, place - side / 2))
  const [left, top] = [from(middle.x * width), from(middle.y * height)]
  const next = Uint8Array.from(pixels)
  for (let y = top; y <= Math.min(height - 1, Math.trunc(top + side)); y += 1) {
    for (let x = left; x <= Math.min(width - 1, Math.trunc(left + side)); x += 1) {
      next.set(cutOutColour, (y * width + x) * 3)
    }
  }
  return { width, height, pixels: next }
}

const changed = (image: RgbImage, change: ImageChange): RgbImage => {
  switch (change.tag) {
    case 'AutoContrast':
      return byTables(image, (colour) => autoContrast(histogram(image, colour)))
    case 'Equalize':
      return byTables(image, (colour) => equalised(histogram(image, colour)))
    case 'Invert':
      return byTables(image, () => tableOf((value) => 255 - value))
    case 'Posterize':
      return byTables(image, () => tableOf((value) => value & (0xff << (8 - change.bits)) & 0xff))
    case 'Solarize':
      return byTables(image, () =>
        tableOf((value) => {
          const sum = byte(value + change.added)
          return sum < change.threshold ? sum : 255 - sum
        }),
      )
    case 'Saturation':
      return blended(image, (i) => grey(image.pixels, i - (i % 3)), change.factor)
    case 'Contrast': {
      const mean = meanGrey(image)
      return blended(image, () => mean, change.factor)
    }
    case 'Brightness':
      return blended(image, () => 0, change.factor)
    case 'Sharpness':
      return blended(image, smoothed(image), change.factor)
    case 'Affine':
      return moved(image, change.matrix)
    case 'Cutout':
      return cutOut(image, change)
  }
}

/** The image after these changes, one after the other. */
export const changePixels = (image: RgbImage, changes: readonly ImageChange[]): RgbImage =>
  changes.reduce(changed, image)
