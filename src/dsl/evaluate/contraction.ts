/** Matrix products and convolutions, as sums of products in the order of the textbook. */
import type { Convolution } from '../primitives/primitive.js'
import type { DenseArray } from './array.js'
import { broadcastSizes } from '../../values/broadcast-sizes.js'
import { broadcastStrides, offsets } from './array.js'
import { elementCount } from '../../values/value.js'

/** Columns whose sums are computed together, as fast as the oracle gets. */
const lanes = 4

/** Every matrix by columns, so that a product runs along the rows of both; columns of zeros fill up the last lanes. */
const byColumns = ({ shape, data }: DenseArray): Float64Array => {
  const [rows = 0, columns = 0] = shape.slice(-2)
  const matrices = elementCount(shape.slice(0, -2))
  const wide = Math.ceil(columns / lanes) * lanes
  const result = new Float64Array(matrices * wide * rows)
  let flat = 0
  for (let n = 0; n < matrices; n += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        result[(n * wide + column) * rows + row] = data[flat] ?? Number.NaN
        flat += 1
      }
    }
  }
  return result
}

/** Matrix product over the last two axes, the others broadcast. */
export const matmul = (a: DenseArray, b: DenseArray): DenseArray => {
  const [rows = 0, inner = 0] = a.shape.slice(-2)
  const columns = b.shape.at(-1) ?? 0
  const wide = Math.ceil(columns / lanes) * lanes
  const batch = broadcastSizes(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const shape = [...batch, rows, columns]
  /** Of each product of the batch, the number of the operand's matrix. */
  const matrices = (x: DenseArray): Int32Array =>
    offsets(batch, broadcastStrides([...x.shape.slice(0, -2), 1, 1], [...batch, 1, 1]).slice(0, -2))
  const [matricesA, matricesB] = [matrices(a), matrices(b)]
  const [left, right] = [a.data, byColumns(b)]
  const filled = new Float64Array(matricesA.length * rows * wide)
  for (let n = 0; n < matricesA.length; n += 1) {
    for (let i = 0; i < rows; i += 2) {
      const row = ((matricesA[n] ?? 0) * rows + i) * inner
      // The last row of an odd number is its own second one.
      const isLast = i + 1 === rows
      const below = isLast ? row : row + inner
      for (let j = 0; j < columns; j += lanes) {
        const first = ((matricesB[n] ?? 0) * wide + j) * inner
        const second = first + inner
        const third = second + inner
        const fourth = third + inner
        let [sum1, sum2, sum3, sum4] = [0, 0, 0, 0]
        let [below1, below2, below3, below4] = [0, 0, 0, 0]
        for (let k = 0; k < inner; k += 1) {
          const factor = left[row + k] ?? 0
          const factorBelow = left[below + k] ?? 0
          const one = right[first + k] ?? 0
          const two = right[second + k] ?? 0
          const three = right[third + k] ?? 0
          const four = right[fourth + k] ?? 0
          sum1 += factor * one
          sum2 += factor * two
          sum3 += factor * three
          sum4 += factor * four
          below1 += factorBelow * one
          below2 += factorBelow * two
          below3 += factorBelow * three
          below4 += factorBelow * four
        }
        const to = (n * rows + i) * wide + j
        const toBelow = isLast ? to : to + wide
        filled[to] = sum1
        filled[to + 1] = sum2
        filled[to + 2] = sum3
        filled[to + 3] = sum4
        filled[toBelow] = below1
        filled[toBelow + 1] = below2
        filled[toBelow + 2] = below3
        filled[toBelow + 3] = below4
      }
    }
  }
  return { shape, data: withoutFilling(filled, wide, columns) }
}

/** Rows of `wide` elements, cut to `columns`. */
const withoutFilling = (filled: Float64Array, wide: number, columns: number): Float64Array => {
  if (wide === columns) return filled
  const rows = columns === 0 ? 0 : filled.length / wide
  const data = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row += 1) {
    data.set(filled.subarray(row * wide, row * wide + columns), row * columns)
  }
  return data
}

/** Where an output position and a kernel position meet the input, or -1 in the padding and between its elements. */
const source = (
  { stride, padding, dilation, inputDilation }: Convolution,
  axis: 0 | 1,
  size: number,
  output: number,
  kernel: number,
): number => {
  const dilated = output * stride[axis] + kernel * dilation[axis] - padding[axis][0]
  const position = dilated / inputDilation[axis]
  return Number.isInteger(position) && position >= 0 && position < size ? position : -1
}

/** The number of places in which the kernel fits, counted. */
const places = (
  { stride, padding, dilation, inputDilation }: Convolution,
  axis: 0 | 1,
  size: number,
  kernel: number,
): number => {
  const last = (size - 1) * inputDilation[axis] + padding[axis][0] + padding[axis][1]
  let count = 0
  while (count * stride[axis] + (kernel - 1) * dilation[axis] <= last) count += 1
  return count
}

/** Cross-correlation of [B,C,H,W] with [O,C/groups,h,w]. */
export const conv2d = (x: DenseArray, w: DenseArray, attributes: Convolution): DenseArray => {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape
  const [outputs = 0, inGroup = 0, kernelHeight = 0, kernelWidth = 0] = w.shape
  const outputsInGroup = outputs / attributes.groups
  const [outHeight, outWidth] = [
    places(attributes, 0, height, kernelHeight),
    places(attributes, 1, width, kernelWidth),
  ]
  const shape = [batch, outputs, outHeight, outWidth]
  const data = new Float64Array(elementCount(shape))
  let flat = 0
  for (let n = 0; n < batch; n += 1) {
    for (let o = 0; o < outputs; o += 1) {
      const firstChannel = Math.floor(o / outputsInGroup) * inGroup
      for (let i = 0; i < outHeight; i += 1) {
        for (let j = 0; j < outWidth; j += 1) {
          let total = 0
          for (let p = 0; p < kernelHeight; p += 1) {
            const row = source(attributes, 0, height, i, p)
            if (row < 0) continue
            for (let q = 0; q < kernelWidth; q += 1) {
              const column = source(attributes, 1, width, j, q)
              if (column < 0) continue
              for (let c = 0; c < inGroup; c += 1) {
                const image = ((n * channels + firstChannel + c) * height + row) * width + column
                const kernel = ((o * inGroup + c) * kernelHeight + p) * kernelWidth + q
                total += (x.data[image] ?? 0) * (w.data[kernel] ?? 0)
              }
            }
          }
          data[flat] = total
          flat += 1
        }
      }
    }
  }
  return { shape, data }
}
