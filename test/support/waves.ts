/** Test data that PyTorch makes as easily: `torch.sin(torch.arange(n) * step + start)`. */
import type { TensorValue } from '../../src/dsl/index.js'
import { f32 } from './evaluation.js'

export const wave = (
  shape: readonly number[],
  {
    step = 0.7,
    start = 0,
    plus = 0,
  }: { readonly step?: number; readonly start?: number; readonly plus?: number } = {},
): TensorValue =>
  f32(
    shape,
    Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      (_, i) => Math.sin(i * step + start) + plus,
    ),
  )
