/** Attention in plain numbers, position by position (Vaswani et al. 2017, sec. 3.2). */
import type { TensorValue } from '../../values/value.js'
import { elementAt, realTensor } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import { plainSum } from './plain-numbers.js'

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Row `row` of a matrix times a vector, plus the row's bias. */
const affine = (weight: TensorValue, bias: TensorValue, row: number, vector: readonly number[]): number =>
  elementAt(bias, row) + plainSum(vector.map((x, i) => x * elementAt(weight, row * vector.length + i)))

/** What `attention('attn', ...)` computes for the argument `x` [B,L,H·E]. */
export const plainAttention = ({ values, sizes }: Trial, causal: boolean): TensorValue => {
  const { B = 0, L = 0, H = 0, E = 0 } = sizes
  const width = H * E
  const missing = realTensor([0], () => 0)
  const {
    x = missing,
    'attn.in_proj_weight': packed = missing,
    'attn.in_proj_bias': packedBias = missing,
    'attn.out_proj.weight': projection = missing,
    'attn.out_proj.bias': projectionBias = missing,
  } = values
  const token = (batch: number, position: number): readonly number[] =>
    upTo(width).map((i) => elementAt(x, (batch * L + position) * width + i))
  /** Part 0 is the query, 1 the key, 2 the value; each head has its own E rows of each part. */
  const part = (which: number, head: number, vector: readonly number[]): readonly number[] =>
    upTo(E).map((e) => affine(packed, packedBias, which * width + head * E + e, vector))
  const headOutput = (batch: number, position: number, head: number): readonly number[] => {
    const query = part(0, head, token(batch, position))
    const seen = upTo(causal ? position + 1 : L)
    const scores = seen.map((other) =>
      plainSum(part(1, head, token(batch, other)).map((k, e) => (k * (query[e] ?? 0)) / Math.sqrt(E))),
    )
    const largest = Math.max(...scores)
    const weights = scores.map((score) => Math.exp(score - largest))
    const seenValues = seen.map((other) => part(2, head, token(batch, other)))
    return upTo(E).map(
      (e) => plainSum(weights.map((weight, i) => weight * (seenValues[i]?.[e] ?? 0))) / plainSum(weights),
    )
  }
  const rows = upTo(B).flatMap((batch) =>
    upTo(L).map((position) => {
      const mixed = upTo(H).flatMap((head) => headOutput(batch, position, head))
      return upTo(width).map((i) => affine(projection, projectionBias, i, mixed))
    }),
  )
  return realTensor([B, L, width], (flat) => rows[Math.floor(flat / width)]?.[flat % width] ?? Number.NaN)
}
