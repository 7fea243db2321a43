/** Checks of values against the ports of a program, so that no engine computes with a wrong type or shape. */
import * as E from 'fp-ts/lib/Either.js'
import type { Shape } from '../shapes/dim.js'
import { showShape } from '../shapes/dim.js'
import type { DType } from '../values/value.js'
import { elementCount } from '../values/value.js'
import type { NamedValues } from '../values/named-values.js'
import type { ShapeMismatch, TensorMissing, TensorUnexpected } from './failure.js'
import type { Port } from './ports.js'
import { similarNames } from './similar-names.js'

type Mismatch = TensorMissing | TensorUnexpected | ShapeMismatch

const show = (dtype: DType, shape: Shape): string => `${dtype}${showShape(shape)}`

/** The classes of array that hold the elements of a type. */
const arrays: Readonly<Record<DType, readonly string[]>> = {
  f32: ['Float32Array', 'Float64Array'],
  i32: ['Int32Array'],
  bool: ['Uint8Array'],
}

/** `Float32Array`, `Number`: by its tag, since arrays may come from another realm. */
const classOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/** A value in words. Callers in JavaScript may pass anything. */
const described = (value: unknown): string =>
  typeof value === 'object' &&
  value !== null &&
  'dtype' in value &&
  'shape' in value &&
  Array.isArray(value.shape)
    ? `${String(value.dtype)}${showShape(value.shape)}`
    : `${classOf(value)}, not a tensor`

/** Advice on a wrong shape. A common cause is a last batch with fewer rows than the program was compiled for. */
const adviceOn = ({ dtype, shape, declared = shape }: Port<Shape>): string =>
  declared.some((dim, axis) => dim !== shape[axis])
    ? `it is declared ${show(dtype, declared)}, and the program was compiled for other sizes; pass values of those sizes, or compile it again for these`
    : 'give a value of the type and shape that the program declares'

/** Callers in JavaScript may pass nothing. */
const isNamed = (values: unknown): boolean => typeof values === 'object' && values !== null

const checkOne = (wanted: Port<Shape>, values: NamedValues, where: string): Mismatch | undefined => {
  const { name, dtype, shape } = wanted
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value === undefined) {
    return { tag: 'TensorMissing', name, where, similar: similarNames(name, Object.keys(values)) }
  }
  const expected = show(dtype, shape)
  const found = described(value)
  const mismatch = (what: string, advice: string): ShapeMismatch => ({
    tag: 'ShapeMismatch',
    name,
    where,
    expected,
    found: what,
    advice,
  })
  if (found !== expected) return mismatch(found, adviceOn(wanted))
  if (!arrays[dtype].includes(classOf(value.data))) {
    return mismatch(
      `${found} with its data in ${classOf(value.data)}`,
      `${dtype} is held by ${arrays[dtype].join(' or ')}`,
    )
  }
  return value.data.length === elementCount(value.shape)
    ? undefined
    : mismatch(`${found} with ${value.data.length} elements`, 'give as many elements as its shape has')
}

/**
 * Checks that the values hold every wanted tensor, of its type and shape, and no others but those `tolerated`.
 * `where` names the values in the failure.
 */
export const checkValues = (
  wanted: readonly Port<Shape>[],
  values: NamedValues,
  where: string,
  tolerated: readonly string[] = [],
): E.Either<Mismatch, void> => {
  if (!isNamed(values)) {
    return E.left({
      tag: 'ShapeMismatch',
      name: where,
      where,
      expected: 'an object that holds tensors by name',
      found: classOf(values),
      advice: 'give { name: value }, or {} where there is none',
    })
  }
  for (const tensor of wanted) {
    const mismatch = checkOne(tensor, values, where)
    if (mismatch !== undefined) return E.left(mismatch)
  }
  const known = new Set([...wanted.map(({ name }) => name), ...tolerated])
  const name = Object.keys(values).find((given) => !known.has(given))
  return name === undefined ? E.right(undefined) : E.left({ tag: 'TensorUnexpected', name, where })
}
