/** Operators of ONNX that move elements or take shapes. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import { broadcastShapes } from '../../../../dsl/primitives/broadcast-shapes.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import type { Dim, Shape } from '../../../../shapes/dim.js'
import {
  addDims,
  cancelCommonFactors,
  differenceOfDims,
  divideDims,
  multiplyDims,
  productOfDims,
  showShape,
} from '../../../../shapes/dim.js'
import { elementCount } from '../../../../values/value.js'
import type { Call, Operator, Operators } from '../call.js'
import { dimAt, front } from '../call.js'
import { broadcastKnown, isNumbers, mostKnown, pickKnown } from '../known.js'
import { dtypeOf, knownOf, numbersOf, valueOf } from '../tensor-data.js'
import type { Value } from '../value.js'
import { ofKnown, ofShape } from '../value.js'

/** The shape that `Reshape` asks for: 0 keeps the dim at its place, -1 takes what is left. */
const wantedShape = (from: Shape, wanted: readonly Dim[], keepsZero: boolean): E.Either<string, Shape> => {
  const dims = wanted.map((dim, axis) => (dim === 0 && keepsZero ? (from[axis] ?? 0) : dim))
  if (!dims.includes(-1)) return E.right(dims)
  const [all, others] = cancelCommonFactors(
    from,
    dims.filter((dim) => dim !== -1),
  )
  return E.map((rest: Dim) => dims.map((dim) => (dim === -1 ? rest : dim)))(divideDims(all, others))
}

/** A value in another shape: the elements of a known one stay known. */
const reshaped = (x: Value, shape: Shape): Value | Node =>
  x.known !== undefined && isNumbers(shape) && elementCount(shape) === x.known.entries.length
    ? ofKnown({ ...x.known, shape })
    : b.reshape(x.node(), shape)

const reshape: Operator = ({ value, known, numbers, int, refuse }) => {
  const x = value(0)
  const wanted = known(1)?.entries ?? numbers(1)
  if (x === undefined || wanted === undefined) return refuse('the shape is not known before the model runs')
  const shape = wantedShape(x.shape, wanted, int('allowzero', 0) === 0)
  return E.isLeft(shape)
    ? refuse(`${showShape(x.shape)} to ${showShape(wanted)}: ${shape.left}`)
    : reshaped(x, shape.right)
}

/** The axes of an operator: an operand since opset 13, an attribute before. */
export const axesOf = ({ numbers, ints, has }: Call, position: number): readonly number[] | undefined =>
  has(position) ? numbers(position) : ints('axes')

const squeeze: Operator = (call) => {
  const x = call.value(0)
  if (x === undefined) return call.refuse('operand 0 is missing')
  const asked = axesOf(call, 1)?.map((axis) => front(axis, x.shape.length))
  if (asked === undefined && call.has(1)) return call.refuse('the axes are not known before the model runs')
  const wrong = asked?.find((axis) => x.shape[axis] !== 1)
  if (wrong !== undefined) return call.refuse(`axis ${wrong} of ${showShape(x.shape)} is not 1`)
  return reshaped(
    x,
    x.shape.filter((dim, axis) => (asked === undefined ? dim !== 1 : !asked.includes(axis))),
  )
}

const unsqueeze: Operator = (call) => {
  const x = call.value(0)
  const asked = axesOf(call, 1)
  if (x === undefined || asked === undefined)
    return call.refuse('the axes are not known before the model runs')
  const rank = x.shape.length + asked.length
  const axes = asked.map((axis) => front(axis, rank))
  let next = 0
  const shape = Array.from({ length: rank }, (_, axis): Dim => {
    if (axes.includes(axis)) return 1
    next += 1
    return x.shape[next - 1] ?? 1
  })
  return reshaped(x, shape)
}

const flatten: Operator = ({ node, int }) => {
  const x = node(0)
  const axis = front(int('axis', 1), x.shape.length)
  return b.reshape(x, [productOfDims(x.shape.slice(0, axis)), productOfDims(x.shape.slice(axis))])
}

const transpose: Operator = ({ node, ints }) => {
  const x = node(0)
  return b.transpose(x, ints('perm') ?? x.shape.map((_, axis) => x.shape.length - 1 - axis))
}

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

const expand: Operator = ({ value, sizes, refuse }) => {
  const [x, wanted] = [value(0), sizes(1)]
  if (x === undefined || wanted === undefined) return refuse('the shape is not known before the model runs')
  const shape = broadcastShapes(x.shape, wanted)
  if (E.isLeft(shape)) return refuse(shape.left)
  return x.known !== undefined && isNumbers(shape.right) && elementCount(shape.right) <= mostKnown
    ? ofKnown(broadcastKnown(x.known, shape.right))
    : b.broadcastTo(x.node(), shape.right)
}

const tile: Operator = ({ node, sizes, refuse }) => {
  const [x, repeats] = [node(0), sizes(1)]
  if (repeats === undefined) return refuse('how often is not known before the model runs')
  const apart = x.shape.flatMap((dim): Dim[] => [1, dim])
  const copies = x.shape.flatMap((dim, axis): Dim[] => [repeats[axis] ?? 1, dim])
  return b.reshape(
    b.broadcastTo(b.reshape(x, apart), copies),
    x.shape.map((dim, axis) => multiplyDims(repeats[axis] ?? 1, dim)),
  )
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

const constant: Operator = ({ attribute, refuse }) => {
  const {
    t: tensor,
    f,
    i,
    floats,
    ints,
  } = {
    ...attribute('value'),
    ...attribute('value_float'),
    ...attribute('value_int'),
    ...(attribute('value_floats') === undefined ? {} : { floats: attribute('value_floats')?.floats ?? [] }),
    ...(attribute('value_ints') === undefined ? {} : { ints: attribute('value_ints')?.ints ?? [] }),
  }
  if (tensor !== undefined) {
    const read = numbersOf(tensor)
    if (E.isLeft(read)) return refuse(read.left)
    const known = knownOf(tensor, read.right)
    if (known !== undefined) return ofKnown(known)
    const held = valueOf(tensor, read.right)
    return E.isLeft(held)
      ? refuse(held.left)
      : b.literal([...held.right.data], held.right.shape, held.right.dtype)
  }
  if (attribute('value_floats') !== undefined && floats !== undefined)
    return ofKnown({ dtype: 'f32', shape: [floats.length], entries: floats })
  if (attribute('value_ints') !== undefined && ints !== undefined) return ofShape(ints)
  if (f !== undefined) return ofKnown({ dtype: 'f32', shape: [], entries: [f] })
  return i === undefined ? refuse('it holds no number') : ofKnown({ dtype: 'i32', shape: [], entries: [i] })
}

const constantOfShape: Operator = ({ sizes, attribute, refuse }) => {
  const shape = sizes(0)
  const tensor = attribute('value')?.t
  if (shape === undefined) return refuse('the shape is not known before the model runs')
  const read = tensor === undefined ? E.right({ dtype: 'f32' as const, numbers: [0] }) : numbersOf(tensor)
  if (E.isLeft(read)) return refuse(read.left)
  const { dtype, numbers } = read.right
  const value = numbers[0] ?? 0
  return isNumbers(shape) && elementCount(shape) <= mostKnown
    ? ofKnown({ dtype, shape, entries: Array.from({ length: elementCount(shape) }, () => value) })
    : b.full(shape, value, dtype)
}

const range: Operator = ({ known, node, refuse }) => {
  const [start, limit, delta] = [known(0)?.entries[0], known(1)?.entries[0], known(2)?.entries[0]]
  if (typeof start === 'number' && typeof limit === 'number' && typeof delta === 'number') {
    const count = Math.max(0, Math.ceil((limit - start) / delta))
    const entries = Array.from({ length: count }, (_, i) => start + i * delta)
    return ofKnown({ dtype: known(0)?.dtype ?? 'i32', shape: [count], entries })
  }
  const length =
    limit === undefined || start === undefined
      ? undefined
      : start === 0
        ? limit
        : differenceOfDims(limit, start)
  if (delta !== 1 || length === undefined) return refuse('its numbers are no sizes that a program can state')
  const places = b.cast(b.iota([length], 0), known(0)?.dtype === 'f32' ? 'f32' : 'i32')
  return start === 0 ? places : b.add(places, node(0))
}

const shapeOf: Operator = ({ value, int, refuse }) => {
  const x = value(0)
  if (x === undefined) return refuse('operand 0 is missing')
  const rank = x.shape.length
  const held = (axis: number): number => Math.min(Math.max(front(axis, rank), 0), rank)
  return ofShape(x.shape.slice(held(int('start', 0)), held(int('end', rank))))
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

const spaceToDepth: Operator = ({ node, int }) => {
  const x = node(0)
  const block = int('blocksize', 1)
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape
  const part = (dim: Dim): Dim => E.getOrElse((): Dim => dim)(divideDims(dim, block))
  const apart = b.reshape(x, [batch, channels, part(height), block, part(width), block])
  return b.reshape(b.transpose(apart, [0, 3, 5, 1, 2, 4]), [
    batch,
    multiplyDims(block * block, channels),
    part(height),
    part(width),
  ])
}

const depthToSpace: Operator = ({ node, int, text }) => {
  const x = node(0)
  const block = int('blocksize', 1)
  const [batch = 1, channels = 1, height = 1, width = 1] = x.shape
  const depth = E.getOrElse((): Dim => channels)(divideDims(channels, block * block))
  const first = text('mode', 'DCR') === 'DCR'
  const apart = b.reshape(
    x,
    first ? [batch, block, block, depth, height, width] : [batch, depth, block, block, height, width],
  )
  return b.reshape(b.transpose(apart, first ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]), [
    batch,
    depth,
    multiplyDims(block, height),
    multiplyDims(block, width),
  ])
}

const eyeLike: Operator = ({ value, int, refuse }) => {
  const x = value(0)
  if (x === undefined) return refuse('operand 0 is missing')
  const on = b.equal(b.add(b.iota(x.shape, 0), b.scalar(int('k', 0), 'i32')), b.iota(x.shape, 1))
  return b.cast(on, dtypeOf(int('dtype', 0)) ?? x.dtype)
}

/** Transposes and the like of known numbers stay known only as vectors: their nodes are small. */
export const layoutOperators: Operators = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  Shape: shapeOf,
  Size: ({ value }) => {
    const count = productOfDims(value(0)?.shape ?? [])
    return ofKnown({ dtype: 'i32', shape: [], entries: [count] })
  },
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Trilu: triangle,
  SpaceToDepth: spaceToDepth,
  DepthToSpace: depthToSpace,
  EyeLike: eyeLike,
}
