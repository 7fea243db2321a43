/** CLIP's transformer in plain loops over rows of numbers, as OpenAI's code computes it: what the towers are compared with. */
import type { NamedValues } from '../../src/values/named-values.js'
import type { BlockForm } from '../../src/model/index.js'
import { openAiBlocks } from '../../src/model/index.js'

export type Row = readonly number[]
export type Rows = readonly Row[]

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN
const dot = (x: Row, y: Row): number => x.reduce((total, xi, i) => total + xi * at(y, i), 0)
export const addRows = (x: Rows, y: Rows): Rows =>
  x.map((row, i) => row.map((xi, j) => xi + at(y[i] ?? [], j)))

/** A tensor of weights as rows of its last axis. */
export const weightRows = (weights: NamedValues, name: string): Rows => {
  const { shape = [], data = [] } = weights[name] ?? {}
  const width = shape.at(-1) ?? 1
  return Array.from({ length: data.length / width }, (_, row) =>
    Array.from(data.slice(row * width, (row + 1) * width)),
  )
}
const weightRow = (weights: NamedValues, name: string): Row => Array.from(weights[name]?.data ?? [])

/** x Wᵀ + b, row by row; no bias where there is no such weight. */
export const plainLinear = (weights: NamedValues, name: string, x: Row, suffix: '.' | '_' = '.'): Row => {
  const bias = weightRow(weights, `${name}${suffix}bias`)
  return weightRows(weights, `${name}${suffix}weight`).map((row, i) => dot(row, x) + (bias[i] ?? 0))
}

export const plainLayerNorm = (weights: NamedValues, name: string, x: Row, epsilon = 1e-5): Row => {
  const mean = x.reduce((total, xi) => total + xi, 0) / x.length
  const variance = x.reduce((total, xi) => total + (xi - mean) ** 2, 0) / x.length
  const [gain, bias] = [weightRow(weights, `${name}.weight`), weightRow(weights, `${name}.bias`)]
  return x.map((xi, i) => ((xi - mean) / Math.sqrt(variance + epsilon)) * at(gain, i) + at(bias, i))
}

/** Every query looks at every position that it may: itself and earlier ones where the mask is causal. */
const plainAttention = (
  weights: NamedValues,
  name: string,
  x: Rows,
  heads: number,
  causal: boolean,
): Rows => {
  const width = x[0]?.length ?? 0
  const headWidth = width / heads
  const projected = x.map((row) => plainLinear(weights, `${name}.in_proj`, row, '_'))
  const part = (row: Row, which: number, head: number): Row =>
    row.slice(which * width + head * headWidth, which * width + (head + 1) * headWidth)
  const mixed = projected.map((query, q) =>
    Array.from({ length: heads }, (_, head) => {
      const visible = causal ? projected.slice(0, q + 1) : projected
      const scores = visible.map(
        (key) => dot(part(query, 0, head), part(key, 1, head)) / Math.sqrt(headWidth),
      )
      const largest = Math.max(...scores)
      const exponentials = scores.map((score) => Math.exp(score - largest))
      const total = exponentials.reduce((sofar, e) => sofar + e, 0)
      return Array.from({ length: headWidth }, (__, i) =>
        visible.reduce(
          (sum, value, v) => sum + (at(exponentials, v) / total) * at(part(value, 2, head), i),
          0,
        ),
      )
    }).flat(),
  )
  return mixed.map((row) => plainLinear(weights, `${name}.out_proj`, row))
}

const quickGelu = (x: number): number => x / (1 + Math.exp(-1.702 * x))

/** x Φ(x), with the series of the error function; exact to rounding for |x| below 5. */
const exactGelu = (x: number): number => {
  const z = x / Math.SQRT2
  const { sum } = Array.from({ length: 120 }, (_, n) => n + 1).reduce(
    ({ term, sum: before }, n) => {
      const next = (-term * z * z) / n
      return { term: next, sum: before + next / (2 * n + 1) }
    },
    { term: z, sum: z },
  )
  return x * (0.5 + sum / Math.sqrt(Math.PI))
}

const activations = { 'quick-gelu': quickGelu, gelu: exactGelu } as const

/** x + attention(norm(x)), then x + mlp(norm(x)). */
export const plainBlock = (
  weights: NamedValues,
  name: string,
  x: Rows,
  heads: number,
  causal = false,
  { activation, epsilon }: BlockForm = openAiBlocks,
): Rows => {
  const normal = x.map((row) => plainLayerNorm(weights, `${name}.ln_1`, row, epsilon))
  const attended = addRows(x, plainAttention(weights, `${name}.attn`, normal, heads, causal))
  const inner = attended.map((row) =>
    plainLinear(weights, `${name}.mlp.c_fc`, plainLayerNorm(weights, `${name}.ln_2`, row, epsilon)).map(
      activations[activation],
    ),
  )
  return addRows(
    attended,
    inner.map((row) => plainLinear(weights, `${name}.mlp.c_proj`, row)),
  )
}

/** The output of every block. */
export const plainBlocks = (
  weights: NamedValues,
  name: string,
  layers: number,
  x: Rows,
  heads: number,
  causal = false,
  form: BlockForm = openAiBlocks,
): readonly Rows[] =>
  Array.from({ length: layers }).reduce<readonly Rows[]>(
    (levels, _, i) => [
      ...levels,
      plainBlock(weights, `${name}.resblocks.${i}`, levels.at(-1) ?? x, heads, causal, form),
    ],
    [],
  )

/** A row times a matrix whose rows are given: x P. */
export const timesMatrix = (x: Row, matrix: Rows): Row =>
  (matrix[0] ?? []).map((_, column) => x.reduce((sum, xi, i) => sum + xi * at(matrix[i] ?? [], column), 0))
