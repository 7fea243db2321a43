/**
 * Bicubic and bilinear resampling with antialiasing, bit for bit as the Python Imaging Library computes it: what CLIP was
 * trained on. Two passes, across and down, in fixed-point arithmetic on bytes with rounding between them.
 */
import type { Interpolation, Placement, Rectangle } from '../../image-view.js'

/** Pixels in rows, three bytes each: red, green, blue. */
export interface RgbImage {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Keys' cubic convolution kernel (Keys 1981) with a = -0.5. */
const cubic = (distance: number): number => {
  const x = Math.abs(distance)
  const a = -0.5
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}

/** The triangle, which interpolates linearly between two pixels. */
const triangle = (distance: number): number => Math.max(0, 1 - Math.abs(distance))

/** A kernel is 0 from `support` on. */
interface Kernel {
  readonly weightAt: (distance: number) => number
  readonly support: number
}

const kernels: Readonly<Record<Interpolation, Kernel>> = {
  bicubic: { weightAt: cubic, support: 2 },
  bilinear: { weightAt: triangle, support: 1 },
}

/** Weights are whole multiples of 2^-22: 8 bits for the pixel and 2 for overshoot remain of 32. */
const precisionBits = 22

/** For one output position: the first input position that counts, and the weights from there on. */
interface Taps {
  readonly first: number
  readonly weights: Int32Array
}

/**
 * The taps of output positions `start` ... `start + count - 1`, when `inputSize` positions become `outputSize`. When
 * the image shrinks, the kernel is widened by the same factor, so that every input pixel counts.
 */
const tapsOf = (
  kernel: Kernel,
  inputSize: number,
  outputSize: number,
  start: number,
  count: number,
): readonly Taps[] => {
  const scale = inputSize / outputSize
  const widening = Math.max(scale, 1)
  const support = kernel.support * widening
  return Array.from({ length: count }, (_, i) => {
    const centre = (start + i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(inputSize, Math.trunc(centre + support + 0.5))
    const raw = Array.from({ length: end - first }, (_, k) =>
      kernel.weightAt((first + k - centre + 0.5) / widening),
    )
    const total = raw.reduce((sum, weight) => sum + weight, 0)
    const weights = Int32Array.from(raw, (weight) => {
      const fixed = (weight / total) * 2 ** precisionBits
      return fixed < 0 ? Math.ceil(fixed - 0.5) : Math.floor(fixed + 0.5)
    })
    return { first, weights }
  })
}

const clampToByte = (sum: number): number => Math.min(255, Math.max(0, sum >> precisionBits))

/**
 * One pass: output pixel (`line`, i) is the weighted sum of input pixels along the line. Strides are in bytes, so that
 * the same loop goes across and down.
 */
const pass = (
  input: Uint8Array,
  output: Uint8Array,
  taps: readonly Taps[],
  lines: number,
  stride: {
    readonly origin: number
    readonly inLine: number
    readonly inStep: number
    readonly outLine: number
    readonly outStep: number
  },
): void => {
  for (const [i, { first, weights }] of taps.entries()) {
    for (let line = 0; line < lines; line += 1) {
      let from = stride.origin + line * stride.inLine + first * stride.inStep
      let [red, green, blue] = [1 << (precisionBits - 1), 1 << (precisionBits - 1), 1 << (precisionBits - 1)]
      for (let tap = 0; tap < weights.length; tap += 1) {
        const weight = weights[tap] ?? 0
        red += (input[from] ?? 0) * weight
        green += (input[from + 1] ?? 0) * weight
        blue += (input[from + 2] ?? 0) * weight
        from += stride.inStep
      }
      const to = line * stride.outLine + i * stride.outStep
      output[to] = clampToByte(red)
      output[to + 1] = clampToByte(green)
      output[to + 2] = clampToByte(blue)
    }
  }
}

const copy = (image: RgbImage, { left, top, width, height }: Rectangle): RgbImage => {
  const pixels = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row += 1) {
    const start = ((top + row) * image.width + left) * 3
    pixels.set(image.pixels.subarray(start, start + width * 3), row * width * 3)
  }
  return { width, height, pixels }
}

/**
 * Resizes the part `from` of an image to `width` × `height` and returns the `window` of that; only what the window
 * needs is computed.
 *
 * Equal to `image.crop(from).resize((width, height), BICUBIC).crop(window)` of Pillow (`Resample.c`), or `BILINEAR`.
 */
export const resample = (
  image: RgbImage,
  { from, width, height, window }: Placement,
  interpolation: Interpolation = 'bicubic',
): RgbImage => {
  const kernel = kernels[interpolation]
  const across = tapsOf(kernel, from.width, width, window.left, window.width)
  const down = tapsOf(kernel, from.height, height, window.top, window.height)
  // A pass that would leave a side as it is is left out: the fixed-point weights would not be exact.
  const keepsWidth = from.width === width
  const keepsHeight = from.height === height
  if (keepsWidth && keepsHeight)
    return copy(image, {
      ...window,
      left: from.left + window.left,
      top: from.top + window.top,
    })

  // Rows of the input that the second pass reads.
  const firstRow = keepsHeight ? window.top : (down[0]?.first ?? 0)
  const last = down.at(-1)
  const rows = keepsHeight
    ? window.height
    : (last === undefined ? 0 : last.first + last.weights.length) - firstRow
  const rowSize = window.width * 3
  const middle = keepsWidth
    ? copy(image, {
        left: from.left + window.left,
        top: from.top + firstRow,
        width: window.width,
        height: rows,
      }).pixels
    : new Uint8Array(rows * rowSize)
  if (!keepsWidth)
    pass(image.pixels, middle, across, rows, {
      origin: ((from.top + firstRow) * image.width + from.left) * 3,
      inLine: image.width * 3,
      inStep: 3,
      outLine: rowSize,
      outStep: 3,
    })
  if (keepsHeight) return { width: window.width, height: window.height, pixels: middle }

  const pixels = new Uint8Array(window.height * rowSize)
  pass(middle, pixels, down, window.width, {
    origin: -firstRow * rowSize,
    inLine: 3,
    inStep: rowSize,
    outLine: 3,
    outStep: rowSize,
  })
  return { width: window.width, height: window.height, pixels }
}
