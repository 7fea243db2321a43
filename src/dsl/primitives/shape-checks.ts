/** Checks of attributes and operands for shape rules. Each gives undefined, or a sentence that says what is wrong. */
import type { Shape } from '../../shapes/dim.js'
import { dimProblem, showShape } from '../../shapes/dim.js'
import type { Node } from './primitive.js'
import type { DType } from '../../values/value.js'

export const expectType = (op: string, node: Node, ...allowed: readonly DType[]): string | undefined =>
  allowed.includes(node.dtype) ? undefined : `${op}: needs ${allowed.join(' or ')}, got ${node.dtype}`

export const expectSameType = (op: string, a: Node, b: Node): string | undefined =>
  a.dtype === b.dtype ? undefined : `${op}: element types ${a.dtype} and ${b.dtype} differ; use cast`

export const expectAxis = (axis: number, shape: Shape): string | undefined =>
  Number.isInteger(axis) && axis >= 0 && axis < shape.length
    ? undefined
    : `axis ${axis} is not in ${showShape(shape)}`

export const expectDims = (shape: Shape): string | undefined => firstOf(shape.map(dimProblem))

/** Whether an element type can hold a value: i32 holds whole numbers of 32 bits, bool 0 and 1. */
const holds = (dtype: DType, value: number): boolean =>
  dtype === 'f32' || (dtype === 'i32' ? value === (value | 0) : value === 0 || value === 1)

export const expectValues = (op: string, dtype: DType, values: readonly number[]): string | undefined => {
  const misfit = values.find((value) => !holds(dtype, value))
  return misfit === undefined ? undefined : `${op}: ${misfit} is not a value of ${dtype}`
}

export const expectKey = (op: string, key: Node): string | undefined =>
  key.dtype === 'i32' && key.shape.length === 1 && key.shape[0] === 2
    ? undefined
    : `${op}: the key is an i32 tensor of shape [2], got ${key.dtype} ${showShape(key.shape)}`

/** The first sentence, if any. */
export const first = (...checks: readonly (string | undefined)[]): string | undefined => firstOf(checks)

/** The same of a list of any length. */
export const firstOf = (checks: readonly (string | undefined)[]): string | undefined =>
  checks.find((check) => check !== undefined)

export const expectAscending = (op: string, axes: readonly number[]): string | undefined =>
  axes.every((axis, i) => i === 0 || axis > (axes[i - 1] ?? -1))
    ? undefined
    : `${op}: axes [${axes.join(',')}] must be ascending, each once`
