/**
 * What the kernels of ONNX Runtime do with memory on processors (1.30): where a result is written over an operand, and what they need while they
 * compute. It was measured operator by operator; `measured.slow.test.ts` compares the regions that whole steps take.
 */
import { broadcastSizes } from '../../../values/broadcast-sizes.js'
import { elementCount } from '../../../values/value.js'
import type { NodeProto } from '../model-proto.js'
import type { ValueSize } from './value-sizes.js'
import { bytesOfValue } from './value-sizes.js'

/** Operators whose result is their first operand under another shape. */
const views: ReadonlySet<string> = new Set(['Reshape', 'Squeeze', 'Identity'])

/** Operators whose result may be written over their first operand. Arithmetic is not among them. */
const overwriting: ReadonlySet<string> = new Set([
  'Tanh',
  'Sigmoid',
  'Relu',
  'Cast',
  'Softmax',
  'LogSoftmax',
  'ScatterElements',
])

export const isView = ({ opType }: NodeProto): boolean => views.has(opType)
export const overwrites = ({ opType }: NodeProto): boolean => overwriting.has(opType)

/** Values that a kernel makes before its result, in bytes, and frees when it is done. */
export const temporaries = (
  { opType, attribute }: NodeProto,
  operands: readonly ValueSize[],
  result: ValueSize,
): readonly number[] => {
  const [first, second, third] = operands
  if (opType === 'Where' && first !== undefined && second !== undefined && third !== undefined) {
    return [second, third].map(
      ({ shape, elementBytes }) => elementBytes * elementCount(broadcastSizes(first.shape, shape)),
    )
  }
  // Queries, keys and values head by head; what each thread holds of the scores is small.
  if (opType === 'MultiHeadAttention') return operands.map(bytesOfValue)
  if (opType === 'Softmax' || opType === 'LogSoftmax') {
    const axis = attribute.find(({ name }) => name === 'axis')?.i ?? -1
    const isLast = axis === -1 || axis === result.shape.length - 1
    return isLast ? [] : [bytesOfValue(result), bytesOfValue(result)]
  }
  return []
}
