/** `Resize` of ONNX: images of another size. Each axis is a product with a matrix of weights, or a lookup. */
import * as b from '../../../../dsl/builder.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import { showShape } from '../../../../shapes/dim.js'
import type { Operator, Operators } from '../call.js'
import { front } from '../call.js'

/** Where position `at` of the result lies in the operand. */
const sourceOf = (mode: string, at: number, from: number, to: number, scale: number): number | undefined => {
  switch (mode) {
    case 'half_pixel':
      return (at + 0.5) / scale - 0.5
    case 'pytorch_half_pixel':
      return to > 1 ? (at + 0.5) / scale - 0.5 : 0
    case 'half_pixel_symmetric': {
      const adjusted = to / (scale * from)
      return (from / 2) * (1 - adjusted) + (at + 0.5) / scale - 0.5
    }
    case 'asymmetric':
      return at / scale
    case 'align_corners':
      return to === 1 ? 0 : (at * (from - 1)) / (to - 1)
    default:
      return undefined
  }
}

const nearestOf = (mode: string, source: number): number => {
  switch (mode) {
    case 'floor':
      return Math.floor(source)
    case 'ceil':
      return Math.ceil(source)
    case 'round_prefer_ceil':
      return Math.floor(source + 0.5)
    default:
      return Math.ceil(source - 0.5)
  }
}

/** Weights of neighbours by their distance: a tent, or the cubic of Keys (1981). */
const weightAt = (mode: string, a: number, distance: number): number => {
  const d = Math.abs(distance)
  if (mode === 'linear') return Math.max(0, 1 - d)
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0
}

/** [to, from]: how much of each position of the operand is in each position of the result; edges are repeated. */
const weightsOf = (mode: string, a: number, sources: readonly number[], from: number): readonly number[] =>
  sources.flatMap((source) => {
    const row = Array.from({ length: from }, () => 0)
    const reach = mode === 'linear' ? 1 : 2
    for (let place = Math.floor(source) - reach + 1; place <= Math.floor(source) + reach; place += 1) {
      const held = Math.min(Math.max(place, 0), from - 1)
      row[held] = (row[held] ?? 0) + weightAt(mode, a, source - place)
    }
    return row
  })

/** Whole multiples are copies, whose gradients are sums. */
const repeated = (x: Node, axis: number, times: number): Node => {
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const size = Number(x.shape[axis])
  const copies = b.broadcastTo(b.expandDims(x, axis + 1), [...before, size, times, ...after])
  return b.reshape(copies, [...before, size * times, ...after])
}

const resize: Operator = ({ node, numbers, text, float, int, ints, opset, refuse }) => {
  const x = node(0)
  const axes = (ints('axes') ?? x.shape.map((_, axis) => axis)).map((axis) => front(axis, x.shape.length))
  const scalesAt = opset < 11 ? 1 : 2
  const [scales, sizes] = [numbers(scalesAt), numbers(3)]
  const mode = text('mode', 'nearest')
  const transform = text('coordinate_transformation_mode', opset < 11 ? 'asymmetric' : 'half_pixel')
  const nearest = text('nearest_mode', opset < 11 ? 'floor' : 'round_prefer_floor')
  const wanted = sizes === undefined || sizes.length === 0 ? undefined : sizes
  if (wanted === undefined && (scales === undefined || scales.length === 0))
    return refuse('the size is not known before the model runs')
  if (int('antialias', 0) === 1 || text('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    return refuse('smoothing and fixed ratios are not read')
  return axes.reduce<Node>((sofar, axis, i) => {
    const from = sofar.shape[axis]
    const asked = wanted?.[i]
    if (scales?.[i] === 1 || asked === from) return sofar
    if (typeof from !== 'number') return refuse(`axis ${axis} of ${showShape(x.shape)} has no known size`)
    const scale = asked === undefined ? (scales?.[i] ?? 1) : asked / from
    const to = asked ?? Math.floor(from * scale)
    const sources = Array.from({ length: to }, (_, at) => sourceOf(transform, at, from, to, scale))
    const known = sources.filter((source) => source !== undefined)
    if (known.length < sources.length) return refuse(`the coordinates '${transform}' are not read`)
    if (mode === 'nearest') {
      const ids = known.map((source) => Math.min(Math.max(nearestOf(nearest, source), 0), from - 1))
      const times = to / from
      return Number.isInteger(times) && ids.every((id, at) => id === Math.floor(at / times))
        ? repeated(sofar, axis, times)
        : b.gather(sofar, b.literal(ids, [to], 'i32'), axis)
    }
    const matrix = b.literal(weightsOf(mode, float('cubic_coeff_a', -0.75), known, from), [to, from])
    const rank = sofar.shape.length
    if (axis === rank - 1) return b.matmul(sofar, b.transposeLast(matrix))
    if (axis === rank - 2) return b.matmul(matrix, sofar)
    const order = sofar.shape.map((_, each) => (each === axis ? rank - 1 : each === rank - 1 ? axis : each))
    return b.transpose(b.matmul(b.transpose(sofar, order), b.transposeLast(matrix)), order)
  }, x)
}

export const resizeOperators: Operators = { Resize: resize, Upsample: resize }
