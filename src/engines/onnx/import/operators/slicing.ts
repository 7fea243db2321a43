/** Operators of ONNX that take, join or fill parts of a tensor. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import type { Dim, Shape } from '../../../../shapes/dim.js'
import { addDims, differenceOfDims, divideDims, showShape } from '../../../../shapes/dim.js'
import type { Call, Operator, Operators } from '../call.js'
import { dimAt, front } from '../call.js'
import { isNumbers, pickKnown } from '../known.js'
import { ofKnown } from '../value.js'

const concat: Operator = ({ operands, known, nodes, int, refuse }) => {
  const parts = operands.map((_, position) => known(position))
  const all = parts.filter((part) => part !== undefined)
  const [first] = all
  if (first !== undefined && all.length === operands.length && first.shape.length === 1) {
    const entries = all.flatMap((part) => part.entries)
    return ofKnown({ dtype: first.dtype, shape: [entries.length], entries })
  }
  const [head] = operands
  if (head === undefined) return refuse('it has no operands')
  const axis = front(int('axis', 0), head.shape.length)
  // PyTorch leaves parts without positions in place.
  const filled = nodes().filter((part) => dimAt(part, axis) !== 0)
  return b.concat(filled.length === 0 ? nodes() : filled, axis)
}

/** Where an axis of this size is cut at `position`: counted from its end where negative, held inside. */
const cut = (position: Dim, size: Dim): Dim | undefined => {
  if (typeof position === 'string') return position
  if (position < 0) {
    if (typeof size === 'number') return Math.max(0, size + position)
    return differenceOfDims(size, -position)
  }
  return typeof size === 'number' ? Math.min(position, size) : position >= 2 ** 31 - 1 ? size : position
}

/** Every `step`-th position; the last first where it is negative. */
const strided = (x: Node, axis: number, start: number, end: number, step: number): Node => {
  const count = Math.max(0, Math.ceil((end - start) / step))
  const ids = Array.from({ length: count }, (_, i) => start + i * step)
  return b.gather(x, b.literal(ids, [count], 'i32'), axis)
}

const sliceAlong = (
  x: Node,
  axis: number,
  start: Dim,
  end: Dim,
  step: number,
  refuse: Call['refuse'],
): Node => {
  const size = dimAt(x, axis)
  if (step !== 1) {
    if (typeof size !== 'number' || typeof start !== 'number' || typeof end !== 'number')
      return refuse(`axis ${axis} of ${showShape(x.shape)} has no known size, which steps of ${step} need`)
    const held = (position: number, low: number): number =>
      Math.min(Math.max(position < 0 ? position + size : position, low), step < 0 ? size - 1 : size)
    return step < 0
      ? strided(x, axis, held(start, 0), end < -size ? -1 : held(end, -1), step)
      : strided(x, axis, held(start, 0), held(end, 0), step)
  }
  const [from, to] = [cut(start, size), cut(end, size)]
  const length =
    from === undefined || to === undefined
      ? undefined
      : typeof from === 'number' && typeof to === 'number'
        ? Math.max(0, to - from)
        : from === to
          ? 0
          : differenceOfDims(to, from)
  return from === undefined || length === undefined
    ? refuse(`positions ${start} to ${end} of an axis of ${size} are no sizes that a program can state`)
    : b.slice(x, axis, from, length)
}

const slice: Operator = (call) => {
  const { value, known, numbers, refuse } = call
  const x = value(0)
  const [starts, ends] = [known(1)?.entries ?? numbers(1), known(2)?.entries ?? numbers(2)]
  if (x === undefined || starts === undefined || ends === undefined)
    return refuse('where it begins and ends is not known before the model runs')
  const axes = (numbers(3) ?? starts.map((_, i) => i)).map((axis) => front(axis, x.shape.length))
  const steps = numbers(4) ?? starts.map(() => 1)
  if (x.known !== undefined && x.shape.length === 1 && isNumbers(starts) && isNumbers(ends)) {
    const [start = 0, end = 0, step = 1] = [starts[0], ends[0], steps[0]]
    const count = x.known.entries.length
    const positions = Array.from({ length: count }, (_, i) => i)
    const held = (position: number): number =>
      Math.min(Math.max(position < 0 ? position + count : position, 0), count)
    if (step > 0) {
      const taken = positions.slice(held(start), held(end)).filter((_, i) => i % step === 0)
      return ofKnown(pickKnown(x.known, [taken.length], taken))
    }
  }
  return axes.reduce(
    (part, axis, i) => sliceAlong(part, axis, starts[i] ?? 0, ends[i] ?? 0, steps[i] ?? 1, refuse),
    x.node(),
  )
}

const split: Operator = ({ node, sizes, int, ints, results, refuse }) => {
  const x = node(0)
  const axis = front(int('axis', 0), x.shape.length)
  const size = dimAt(x, axis)
  const even = (): Shape | undefined => {
    const parts = int('num_outputs', results)
    if (typeof size === 'number' && size % parts !== 0) {
      const each = Math.ceil(size / parts)
      return Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(each, size - i * each)))
    }
    const each = divideDims(size, parts)
    return E.isRight(each) ? Array.from({ length: parts }, () => each.right) : undefined
  }
  const lengths = sizes(1) ?? ints('split') ?? even()
  if (lengths === undefined) return refuse(`an axis of ${size} has no ${results} equal parts`)
  let start: Dim = 0
  return lengths.map((length) => {
    const part = b.slice(x, axis, start, length)
    start = addDims(start, length)
    return part
  })
}

const filled = (
  x: Node,
  axis: number,
  before: number,
  after: number,
  mode: string,
  value: number,
): Node | undefined => {
  if (before === 0 && after === 0) return x
  const size = dimAt(x, axis)
  if (before < 0 || after < 0) {
    const [cropBefore, cropAfter] = [Math.max(0, -before), Math.max(0, -after)]
    const length = differenceOfDims(size, cropBefore + cropAfter)
    return length === undefined
      ? undefined
      : filled(
          b.slice(x, axis, cropBefore, length),
          axis,
          Math.max(0, before),
          Math.max(0, after),
          mode,
          value,
        )
  }
  if (mode === 'constant') return b.pad(x, axis, before, after, value)
  if (typeof size !== 'number') return undefined
  const at = (position: number): number =>
    mode === 'edge'
      ? Math.min(Math.max(position, 0), size - 1)
      : mode === 'wrap'
        ? ((position % size) + size) % size
        : position < 0
          ? -position
          : position >= size
            ? 2 * (size - 1) - position
            : position
  const ids = Array.from({ length: before + size + after }, (_, i) => at(i - before))
  return b.gather(x, b.literal(ids, [ids.length], 'i32'), axis)
}

const pad: Operator = ({ node, numbers, text, refuse, has }) => {
  const x = node(0)
  const amounts = numbers(1)
  if (amounts === undefined) return refuse('how much is not known before the model runs')
  const axes = (numbers(3) ?? x.shape.map((_, axis) => axis)).map((axis) => front(axis, x.shape.length))
  const fill = has(2) ? numbers(2)?.[0] : 0
  if (fill === undefined) return refuse('the number that fills is not known before the model runs')
  return axes.reduce<Node>(
    (sofar, axis, i) =>
      filled(sofar, axis, amounts[i] ?? 0, amounts[i + axes.length] ?? 0, text('mode', 'constant'), fill) ??
      refuse(`axis ${axis} of ${showShape(x.shape)} has no known size`),
    x,
  )
}

/** The lower or upper triangle of the last two axes; what is outside of it is 0. */
const triangle: Operator = ({ node, numbers, int, has, refuse }) => {
  const x = node(0)
  const offset = has(1) ? numbers(1)?.[0] : 0
  const sides = x.shape.slice(-2)
  if (offset === undefined || sides.length < 2)
    return refuse('which diagonal is not known before the model runs')
  const shifted = b.add(b.iota(sides, 0), b.scalar(offset, 'i32'))
  const kept =
    int('upper', 1) === 1 ? b.lessEqual(shifted, b.iota(sides, 1)) : b.lessEqual(b.iota(sides, 1), shifted)
  return x.dtype === 'bool' ? b.and(kept, x) : b.where(kept, x, b.scalarLike(x, 0))
}

export const slicingOperators: Operators = {
  Concat: concat,
  Slice: slice,
  Split: split,
  Pad: pad,
  Trilu: triangle,
}
