/** Attention in plain numbers, position by position (Vaswani et al. 2017, sec. 3.2). */
import type { TensorValue } from '../../../values/value.js'
import { elementAt, realTensor } from '../../tensor-values.js'
import type { Trial } from '../../trial.js'
import { plainSum } from '../plain-numbers.js'
import { largest } from '../../../values/extremes.js'

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Row `row` of a matrix times a vector, plus the row's bias. */
const affine = (weight: TensorValue, bias: TensorValue, row: number, vector: readonly number[]): number =>
  elementAt(bias, row) + plainSum(vector.map((x, i) => x * elementAt(weight, row * vector.length + i)))

/** Whether a query of an example may attend to a key. */
type MayAttend = (batch: number, query: number, key: number) => boolean

/** What the tokens x attend to: themselves, where nothing is given. */
interface PlainAttention {
  /** The argument [B,K,H·E] whose tokens are attended to, and the symbol of its length. */
  readonly memory?: readonly [name: string, length: string]
  readonly mayAttend?: MayAttend
}

/**
 * What `multiHeadAttention('attn', ...)` computes for the argument `x` [B,L,H·E]. A query that may attend to no key gets 0 from
 * every head.
 */
export const plainAttention = (
  { values, sizes }: Trial,
  { memory: [memory, length] = ['x', 'L'], mayAttend = () => true }: PlainAttention = {},
): TensorValue => {
  const { B = 0, L = 0, H = 0, E = 0, [length]: K = 0 } = sizes
  const width = H * E
  const missing = realTensor([0], () => 0)
  const {
    x = missing,
    [memory]: other = missing,
    'attn.in_proj_weight': packed = missing,
    'attn.in_proj_bias': packedBias = missing,
    'attn.out_proj.weight': projection = missing,
    'attn.out_proj.bias': projectionBias = missing,
  } = values
  const token = (of: TensorValue, row: number): readonly number[] =>
    upTo(width).map((i) => elementAt(of, row * width + i))
  /** Part 0 is the query, 1 the key, 2 the value; each head has its own E rows of each part. */
  const part = (which: number, head: number, vector: readonly number[]): readonly number[] =>
    upTo(E).map((e) => affine(packed, packedBias, which * width + head * E + e, vector))
  const headOutput = (batch: number, position: number, head: number): readonly number[] => {
    const query = part(0, head, token(x, batch * L + position))
    const seen = upTo(K).filter((key) => mayAttend(batch, position, key))
    const scores = seen.map((key) =>
      plainSum(
        part(1, head, token(other, batch * K + key)).map((k, e) => (k * (query[e] ?? 0)) / Math.sqrt(E)),
      ),
    )
    const largestScore = largest(scores)
    const weights = scores.map((score) => Math.exp(score - largestScore))
    const seenValues = seen.map((key) => part(2, head, token(other, batch * K + key)))
    return upTo(E).map((e) =>
      seen.length === 0
        ? 0
        : plainSum(weights.map((weight, i) => weight * (seenValues[i]?.[e] ?? 0))) / plainSum(weights),
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
