/** Operators of ONNX that look up by position. */
import * as b from '../../../../dsl/builder.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import type { Dim } from '../../../../shapes/dim.js'
import { productOfDims, showShape } from '../../../../shapes/dim.js'
import type { Operator, Operators } from '../call.js'
import { dimAt, front } from '../call.js'
import { isNumbers, pickKnown } from '../known.js'
import { ofKnown } from '../value.js'

/** Ids with negative ones counted from the end of the axis. */
const fromFront = (ids: Node, size: Dim): Node =>
  ids.op === 'literal' && ids.attributes.values.every((id) => id >= 0)
    ? ids
    : ids.op === 'constant' && ids.attributes.value >= 0
      ? ids
      : b.where(b.less(ids, b.scalarLike(ids, 0)), b.add(ids, b.dimSize(size, 'i32')), ids)

const gather: Operator = ({ value, known, node, int, refuse }) => {
  const [table, ids] = [value(0), known(1)]
  if (table === undefined) return refuse('operand 0 is missing')
  const axis = front(int('axis', 0), table.shape.length)
  if (ids !== undefined && isNumbers(ids.entries)) {
    const { entries, shape } = ids
    const size = dimAt(table, axis)
    if (table.known !== undefined && table.known.shape.length === 1) {
      const count = table.known.entries.length
      return ofKnown(
        pickKnown(
          table.known,
          shape,
          entries.map((id) => front(id, count)),
        ),
      )
    }
    const [only] = entries
    if (entries.length === 1 && only !== undefined && (only >= 0 || typeof size === 'number')) {
      const at = only < 0 && typeof size === 'number' ? only + size : only
      const x = table.node()
      const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
      return b.reshape(b.slice(x, axis, at, 1), [...before, ...shape, ...after])
    }
    if (typeof size === 'number')
      return b.gather(
        table.node(),
        b.literal(
          entries.map((id) => front(id, size)),
          shape,
          'i32',
        ),
        axis,
      )
  }
  return b.gather(table.node(), fromFront(node(1), dimAt(table, axis)), axis)
}

const gatherElements: Operator = ({ node, int }) => {
  const x = node(0)
  const axis = front(int('axis', 0), x.shape.length)
  return b.takeAlongAxis(x, fromFront(node(1), dimAt(x, axis)), axis)
}

/** The position of each element of a scattered tensor in the flat result, given the positions along one axis. */
const flatPositions = (ids: Node, to: readonly Dim[], axis: number): Node =>
  to.reduce<Node>(
    (sofar, size, each) =>
      b.add(b.mul(sofar, b.dimSize(size, 'i32')), each === axis ? ids : b.iota(ids.shape, each)),
    b.full(ids.shape, 0, 'i32'),
  )

const scatterElements: Operator = ({ node, int, text, refuse }) => {
  const [x, updates] = [node(0), node(2)]
  const axis = front(int('axis', 0), x.shape.length)
  const size = dimAt(x, axis)
  const ids = fromFront(node(1), size)
  const reduction = text('reduction', 'none')
  if (reduction === 'add') return b.add(x, b.scatterAlongAxis(updates, ids, axis, size))
  if (reduction === 'max') {
    const count = productOfDims(ids.shape)
    const flat = b.scatterMax(
      b.reshape(updates, [count]),
      b.reshape(flatPositions(ids, x.shape, axis), [count]),
      0,
      productOfDims(x.shape),
    )
    return b.maximum(x, b.reshape(flat, x.shape))
  }
  if (reduction !== 'none') return refuse(`the reduction '${reduction}' is not read`)
  const written = b.scatterAlongAxis(b.full(ids.shape, 1), ids, axis, size)
  return b.where(b.less(b.scalar(0), written), b.scatterAlongAxis(updates, ids, axis, size), x)
}

/** `GatherND` of whole positions: the last axis of the ids is one place in the leading axes of the table. */
const gatherND: Operator = ({ node, int, refuse }) => {
  const [x, ids] = [node(0), node(1)]
  const places = ids.shape.at(-1)
  if (typeof places !== 'number' || int('batch_dims', 0) !== 0)
    return refuse(`positions of ${showShape(ids.shape)} with batch dims are not read`)
  const rank = ids.shape.length
  const leading = x.shape.slice(0, places)
  const flat = leading.reduce<Node>(
    (sofar, size, axis) => {
      const at = b.reshape(b.slice(ids, rank - 1, axis, 1), ids.shape.slice(0, -1))
      return b.add(b.mul(sofar, b.dimSize(size, 'i32')), fromFront(at, size))
    },
    b.full(ids.shape.slice(0, -1), 0, 'i32'),
  )
  return b.gather(b.reshape(x, [productOfDims(leading), ...x.shape.slice(places)]), flat, 0)
}

const extremeIndex =
  (sign: 1 | -1): Operator =>
  ({ node, int, refuse }) => {
    const x = node(0)
    const axis = front(int('axis', 0), x.shape.length)
    if (int('select_last_index', 0) === 1) return refuse('the last of equal elements is not read')
    const found = b.argMax(sign === 1 ? x : b.neg(x), axis)
    return int('keepdims', 1) === 1 ? b.expandDims(found, axis) : found
  }

const topK: Operator = ({ node, known, numbers, int, refuse }) => {
  const x = node(0)
  const axis = front(int('axis', -1), x.shape.length)
  const largest = int('largest', 1) === 1
  const k = known(1)?.entries[0] ?? numbers(1)?.[0]
  const size = dimAt(x, axis)
  if (k === undefined) return refuse('how many is not known before the model runs')
  const sorted = (): Node => b.slice(b.argSort(x, axis, largest), axis, 0, k)
  const ids = k !== size && largest && typeof k === 'number' ? b.topK(x, axis, k) : sorted()
  return [b.takeAlongAxis(x, ids, axis), ids]
}

const cumsum: Operator = ({ node, numbers, int, refuse }) => {
  const x = node(0)
  const [axis] = numbers(1) ?? []
  return axis === undefined
    ? refuse('the axis is not known before the model runs')
    : b.cumsum(x, front(axis, x.shape.length), {
        exclusive: int('exclusive', 0) === 1,
        reverse: int('reverse', 0) === 1,
      })
}

const oneHot: Operator = ({ node, numbers, sizes, int, refuse }) => {
  const ids = node(0)
  const [depth] = sizes(1) ?? []
  const values = numbers(2)
  if (depth === undefined || values === undefined)
    return refuse('its depth or its values are not known before the model runs')
  const rank = ids.shape.length + 1
  const axis = front(int('axis', -1), rank)
  const shape = [...ids.shape.slice(0, axis), depth, ...ids.shape.slice(axis)]
  const on = b.equal(b.expandDims(fromFront(b.cast(ids, 'i32'), depth), axis), b.iota(shape, axis))
  const [off = 0, lit = 1] = values
  const { dtype } = node(2)
  return b.where(on, b.scalar(lit, dtype), b.scalar(off, dtype))
}

export const indexingOperators: Operators = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  ScatterElements: scatterElements,
  ArgMax: extremeIndex(1),
  ArgMin: extremeIndex(-1),
  TopK: topK,
  CumSum: cumsum,
  OneHot: oneHot,
}
