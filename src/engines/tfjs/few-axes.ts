/**
 * Elementwise operations on few axes: kernels of some backends are wrong for tensors of more than four, and all are
 * faster on fewer. Neighbouring axes become one where both operands have them, or the same one lacks them.
 */
import type { Tensor } from '@tensorflow/tfjs-core'
import { broadcastSizes } from '../../dsl/values/broadcast-sizes.js'
import type { TensorFlow } from './tensor.js'

/** The most axes that every backend can do. */
export const most = 4

/** Shapes of the same rank, with ones in front. */
const aligned = (shape: readonly number[], rank: number): readonly number[] => [
  ...Array.from({ length: rank - shape.length }, () => 1),
  ...shape,
]

/** Which operands are stretched along an axis: `01` if the second one is. Axes of size 1 fit to any neighbour. */
const stretching = (shapes: readonly (readonly number[])[], full: readonly number[], axis: number): string =>
  shapes.map((shape) => (shape[axis] === full[axis] ? '0' : '1')).join('')

/** The sizes of the merged axes of a shape that is one of these; merged, they broadcast as before. */
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

/** How operands of many axes are brought to few, and a result of theirs back to many. */
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
