/**
 * Merges axes for elementwise operations: kernels of some backends are wrong for tensors of more than four axes, and
 * all are faster on fewer. Neighbouring axes are merged if the same operands are broadcast along both.
 */
import type { Tensor } from '@tensorflow/tfjs-core'
import { broadcastSizes } from '../../values/broadcast-sizes.js'
import type { TensorFlow } from './tensor.js'

/** The largest rank that every backend supports. */
export const most = 4

/** A shape of this rank, padded with ones in front. */
const aligned = (shape: readonly number[], rank: number): readonly number[] => [
  ...Array.from({ length: rank - shape.length }, () => 1),
  ...shape,
]

/** Which operands are broadcast along an axis: `01` if only the second one is. */
const stretching = (shapes: readonly (readonly number[])[], full: readonly number[], axis: number): string =>
  shapes.map((shape) => (shape[axis] === full[axis] ? '0' : '1')).join('')

/** Merges the axes of any of these shapes, such that the merged shapes broadcast as before. */
export const mergedAxes = (
  shapes: readonly (readonly number[])[],
): ((shape: readonly number[]) => readonly number[]) => {
  const full = broadcastSizes(...shapes)
  const all = shapes.map((shape) => aligned(shape, full.length))
  const groups: { readonly stretched: string; readonly axes: readonly number[] }[] = []
  for (const axis of full.keys()) {
    if (full[axis] === 1) continue
    const stretched = stretching(all, full, axis)
    const last = groups.at(-1)
    if (last?.stretched === stretched) groups[groups.length - 1] = { stretched, axes: [...last.axes, axis] }
    else groups.push({ stretched, axes: [axis] })
  }
  return (shape) => {
    const sizes = aligned(shape, full.length)
    return groups.map(({ axes }) => axes.reduce((size, axis) => size * (sizes[axis] ?? 1), 1))
  }
}

/** `merge` brings an operand to few axes; `restore` gives a result of merged operands its full shape. */
export const fewAxes = (tf: TensorFlow, ...operands: readonly Tensor[]) => {
  const shapes = operands.map(({ shape }) => shape)
  const isFew = shapes.every(({ length }) => length <= most)
  const merged = mergedAxes(shapes)
  return {
    merge: (operand: Tensor): Tensor => (isFew ? operand : tf.reshape(operand, [...merged(operand.shape)])),
    restore: (result: Tensor): Tensor =>
      isFew ? result : tf.reshape(result, [...broadcastSizes(...shapes)]),
  }
}
