/** GRU and LSTM in plain loops over numbers, from the equations of PyTorch's documentation. */
import type { NamedValues } from '../../src/values/named-values.js'

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** What a plain recurrent layer computes of one sequence: the state after each position. */
export interface PlainStates {
  readonly hidden: readonly (readonly number[])[]
  readonly cell: readonly (readonly number[])[]
}

/** row · x + bias of one row of a weight. */
const affine = (
  weights: NamedValues,
  suffix: string,
  kind: 'ih' | 'hh',
  row: number,
  x: readonly number[],
): number =>
  x.reduce(
    (total, each, i) => total + each * (weights[`r.weight_${kind}_${suffix}`]?.data[row * x.length + i] ?? 0),
    weights[`r.bias_${kind}_${suffix}`]?.data[row] ?? 0,
  )

interface Plain {
  readonly weights: NamedValues
  readonly suffix: string
  readonly width: number
  readonly reverse: boolean
}

const run = (
  sequence: readonly (readonly number[])[],
  { width, reverse }: Plain,
  step: (x: readonly number[], h: readonly number[], c: readonly number[]) => readonly [number[], number[]],
): PlainStates => {
  const zeros = Array.from({ length: width }, () => 0)
  let [h, c]: readonly [number[], number[]] = [zeros, zeros]
  const states: { hidden: number[][]; cell: number[][] } = { hidden: [], cell: [] }
  const positions = [...sequence.keys()]
  for (const t of reverse ? positions.toReversed() : positions) {
    const next = step(sequence[t] ?? [], h, c)
    h = next[0]
    c = next[1]
    states.hidden[t] = h
    states.cell[t] = c
  }
  return states
}

export const plainGru = (sequence: readonly (readonly number[])[], plain: Plain): PlainStates => {
  const { weights, suffix, width } = plain
  return run(sequence, plain, (x, h) => {
    const gate = (kind: 'ih' | 'hh', number: number, i: number): number =>
      affine(weights, suffix, kind, number * width + i, kind === 'ih' ? x : h)
    const next = h.map((before, i) => {
      const r = sigmoid(gate('ih', 0, i) + gate('hh', 0, i))
      const z = sigmoid(gate('ih', 1, i) + gate('hh', 1, i))
      const n = Math.tanh(gate('ih', 2, i) + r * gate('hh', 2, i))
      return (1 - z) * n + z * before
    })
    return [next, next]
  })
}

export const plainLstm = (sequence: readonly (readonly number[])[], plain: Plain): PlainStates => {
  const { weights, suffix, width } = plain
  return run(sequence, plain, (x, h, c) => {
    const gate = (number: number, i: number): number =>
      affine(weights, suffix, 'ih', number * width + i, x) +
      affine(weights, suffix, 'hh', number * width + i, h)
    const cell = c.map(
      (before, i) => sigmoid(gate(1, i)) * before + sigmoid(gate(0, i)) * Math.tanh(gate(2, i)),
    )
    return [cell.map((each, i) => sigmoid(gate(3, i)) * Math.tanh(each)), cell]
  })
}
