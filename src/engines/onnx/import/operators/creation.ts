/** Operators of ONNX that make a tensor of numbers that the model states, or of the shape of another. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import { differenceOfDims, productOfDims } from '../../../../shapes/dim.js'
import { elementCount } from '../../../../values/value.js'
import type { Operator, Operators } from '../call.js'
import { front } from '../call.js'
import { isNumbers, mostKnown } from '../known.js'
import { dtypeOf, knownOf, numbersOf, valueOf } from '../tensor-data.js'
import { ofKnown, ofShape } from '../value.js'

const constant: Operator = ({ attribute, refuse }) => {
  const tensor = attribute('value')?.t
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
  const list = attribute('value_floats')
  if (list !== undefined) {
    const entries = list.floats ?? []
    return ofKnown({ dtype: 'f32', shape: [entries.length], entries })
  }
  const sizes = attribute('value_ints')
  if (sizes !== undefined) return ofShape(sizes.ints ?? [])
  const float = attribute('value_float')?.f
  if (float !== undefined) return ofKnown({ dtype: 'f32', shape: [], entries: [float] })
  const int = attribute('value_int')?.i
  return int === undefined
    ? refuse('it holds no number')
    : ofKnown({ dtype: 'i32', shape: [], entries: [int] })
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

const eyeLike: Operator = ({ value, int, refuse }) => {
  const x = value(0)
  if (x === undefined) return refuse('operand 0 is missing')
  const on = b.equal(b.add(b.iota(x.shape, 0), b.scalar(int('k', 0), 'i32')), b.iota(x.shape, 1))
  return b.cast(on, dtypeOf(int('dtype', 0)) ?? x.dtype)
}

export const creationOperators: Operators = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  Shape: shapeOf,
  Size: ({ value }) => {
    const count = productOfDims(value(0)?.shape ?? [])
    return ofKnown({ dtype: 'i32', shape: [], entries: [count] })
  },
  EyeLike: eyeLike,
}
