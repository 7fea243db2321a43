import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import {
  concat,
  dim,
  evaluate,
  full,
  gradients,
  input,
  mul,
  parameter,
  program,
  programOfNodes,
  square,
  sub,
  sum,
} from '../../src/dsl/index.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { toOnnx } from '../../src/engines/onnx/to-onnx.js'
import { gruLayer, lstmLayer } from '../../src/model/index.js'
import { expectRight } from '../expect-either.js'
import { drawn, evaluateNodes, expectClose, expectGradients, numbersOf } from '../support/evaluation.js'
import { plainGru, plainLstm } from './plain-recurrent.js'

const [batch, length, inputs, hidden] = [2, 5, 3, 4] as const
const x = input('x', ['B', 'T', 3])

const drawnWeights = (gates: number, suffix: string): NamedValues => ({
  [`r.weight_ih_${suffix}`]: drawn(1, [gates * hidden, inputs], 0.5),
  [`r.weight_hh_${suffix}`]: drawn(2, [gates * hidden, hidden], 0.5),
  [`r.bias_ih_${suffix}`]: drawn(3, [gates * hidden], 0.5),
  [`r.bias_hh_${suffix}`]: drawn(4, [gates * hidden], 0.5),
})
const sequences = drawn(5, [batch, length, inputs])
const sequence = (row: number): readonly (readonly number[])[] =>
  Array.from({ length }, (_, t) =>
    Array.from({ length: inputs }, (__, i) => sequences.data[(row * length + t) * inputs + i] ?? 0),
  )

describe.each([
  { suffix: 'l0', options: {}, lastAt: length - 1 },
  { suffix: 'l2_reverse', options: { layer: 2, reverse: true }, lastAt: 0 },
])('with the weights $suffix,', ({ suffix, options, lastAt }) => {
  const reverse = lastAt === 0

  it('a GRU computes the equations of PyTorch', () => {
    const weights = drawnWeights(3, suffix)
    const { outputs, last } = gruLayer('r', dim(inputs), dim(hidden), options)(x)
    const found = evaluateNodes({ outputs: outputs.node, last: last.node }, { ...weights, x: sequences })
    const plain = [0, 1].map((row) => plainGru(sequence(row), { weights, suffix, width: hidden, reverse }))
    expectClose(
      [...found.outputs.data],
      plain.flatMap((states) => states.hidden.flat()),
      1e-12,
    )
    expectClose(
      [...found.last.data],
      plain.flatMap((states) => states.hidden[lastAt] ?? []),
      1e-12,
    )
  })

  it('an LSTM computes the equations of PyTorch', () => {
    const weights = drawnWeights(4, suffix)
    const { outputs, last } = lstmLayer('r', dim(inputs), dim(hidden), options)(x)
    const found = evaluateNodes(
      { outputs: outputs.node, hidden: last.hidden.node, cell: last.cell.node },
      { ...weights, x: sequences },
    )
    const plain = [0, 1].map((row) => plainLstm(sequence(row), { weights, suffix, width: hidden, reverse }))
    expectClose(
      [...found.outputs.data],
      plain.flatMap((states) => states.hidden.flat()),
      1e-12,
    )
    expectClose(
      [...found.hidden.data],
      plain.flatMap((states) => states.hidden[lastAt] ?? []),
      1e-12,
    )
    expectClose(
      [...found.cell.data],
      plain.flatMap((states) => states.cell[lastAt] ?? []),
      1e-12,
    )
  })
})

describe('a recurrent layer', () => {
  const names = ['r.weight_ih_l0', 'r.weight_hh_l0', 'r.bias_ih_l0', 'r.bias_hh_l0']

  it('has gradients by its input and all its weights that agree with differences', () => {
    const gru = gruLayer('r', dim(inputs), dim(hidden))(x)
    expectGradients(sum(square(gru.outputs)), ['x', ...names], { ...drawnWeights(3, 'l0'), x: sequences })
    const lstm = lstmLayer('r', dim(inputs), dim(hidden))(x)
    expectGradients(sum(mul(lstm.outputs, lstm.outputs)), ['x', ...names], {
      ...drawnWeights(4, 'l0'),
      x: sequences,
    })
  })

  it('continues from the state that it is given', () => {
    const weights = drawnWeights(3, 'l0')
    const layer = gruLayer('r', dim(inputs), dim(hidden))
    const first = layer(input('x', ['B', 'T', 3]))
    const second = layer(input('y', ['B', 'U', 3]), first.last)
    const whole = layer(concat([input('x', ['B', 'T', 3]), input('y', ['B', 'U', 3])], 1))
    const values = { ...weights, x: sequences, y: drawn(6, [batch, 3, inputs]) }
    expectClose(numbersOf(second.last, values), numbersOf(whole.last, values), 1e-12)
  })

  it('stacks in both directions', () => {
    const forwards = gruLayer('r', dim(inputs), dim(hidden))(x).outputs
    const backwards = gruLayer('r', dim(inputs), dim(hidden), { reverse: true })(x).outputs
    const both = concat([forwards, backwards], 2)
    const { outputs } = gruLayer('r', dim(8), dim(hidden), { layer: 1 })(both)
    expect(outputs.node.shape).toEqual(['B', 'T', 4])
    expect(E.isRight(programOfNodes({ y: outputs.node }))).toBe(true)
  })

  it('takes a step of training in ONNX whose size does not depend on the length', async () => {
    const series = input('x', ['B', 'T', 3])
    const { last } = gruLayer('r', dim(inputs), dim(hidden))(series)
    const learned = parameter('r.weight_hh_l0', [12, 4])
    const loss = sum(square(sub(last, full(['B', 4], 1))))
    const step = expectRight(
      program({ x: series }, { loss, next: sub(learned, mul(gradients(loss, { learned }).learned, 0.01)) }),
    )
    const [short, long] = [8, 256].map((T) => expectRight(toOnnx(step, { sizes: { B: 2, T } })).byteLength)
    expect(Math.abs((long ?? 0) - (short ?? 0))).toBeLessThan(100)
    const weights = drawnWeights(3, 'l0')
    const values = { x: drawn(5, [2, 256, 3]) }
    const found = await pipe(
      onnxEngine({ threads: 1 }).compile(step, { sizes: { B: 2, T: 256 }, weights, state: [] }),
      TE.chain(({ run }) => run(values)),
    )()
    const expected = expectRight(evaluate(step, { ...weights, ...values }))
    expectClose([...(expectRight(found)['next']?.data ?? [])], [...expected.next.data], 1e-4)
  })
})
