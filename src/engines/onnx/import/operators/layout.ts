/** Operators of ONNX that give the same elements in another shape or order. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import { broadcastShapes } from '../../../../dsl/primitives/broadcast-shapes.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import type { Dim, Shape } from '../../../../shapes/dim.js'
import {
  cancelCommonFactors,
  divideDims,
  multiplyDims,
  productOfDims,
  showShape,
} from '../../../../shapes/dim.js'
import { elementCount } from '../../../../values/value.js'
import type { Call, Operator, Operators } from '../call.js'
import { front } from '../call.js'
import { broadcastKnown, isNumbers, mostKnown } from '../known.js'
import type { Value } from '../value.js'
import { ofKnown } from '../value.js'

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

/** Transposes and the like of known numbers stay known only as vectors: their nodes are small. */
export const layoutOperators: Operators = {
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  SpaceToDepth: spaceToDepth,
  DepthToSpace: depthToSpace,
}
