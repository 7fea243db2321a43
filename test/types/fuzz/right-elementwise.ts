/** Calls that are right by construction: functions of every element, of one tensor or of several that broadcast. */
import * as fc from 'fast-check'
import type { DType } from '../../../src/dsl/index.js'
import { call, dims, fixed, number, record, result, tensor } from './call.js'
import type { Argument, Call, RightCalls } from './call.js'
import { drawn, dtype, narrowed, numeric, shape } from './draw.js'

const real = fc.constant<DType>('f32')
const condition = fc.constant<DType>('bool')

const ofOne = (operations: readonly string[], types: fc.Arbitrary<DType>): fc.Arbitrary<Call> =>
  drawn((draw) => call(draw(fc.constantFrom(...operations)), tensor(draw(shape(0, 4)), draw(types))))

/** Two shapes that broadcast, or a tensor and a number on either side. */
const ofTwo = (
  operations: readonly string[],
  types: fc.Arbitrary<DType>,
  numbers: readonly string[] = [],
): fc.Arbitrary<Call> =>
  drawn((draw) => {
    const [full, of] = [draw(shape(0, 4)), draw(types)]
    const operand: fc.Arbitrary<Argument> = narrowed(full).map((narrow) => tensor(narrow, of))
    const [a, b] = [draw(operand), draw(operand)]
    const plain = numbers.map(fixed)
    const operands = draw(
      fc.constantFrom(
        [a, b],
        [a, b],
        ...plain.flatMap((one) => [
          [a, one],
          [one, b],
        ]),
      ),
    )
    return call(draw(fc.constantFrom(...operations)), ...operands)
  })

const drawnShape = drawn((draw) => dims(draw(shape(0, 3))))

export const rightElementwise: RightCalls = {
  arithmetic: ofTwo(['add', 'sub', 'mul', 'div', 'mod', 'maximum', 'minimum'], numeric, ['2']),
  power: ofTwo(['pow'], real, ['0.5']),
  comparison: ofTwo(['equal', 'notEqual'], dtype, ['1']),
  order: ofTwo(['less', 'lessEqual', 'greater', 'greaterEqual'], numeric, ['1']),
  logic: ofTwo(['and', 'or'], condition),
  not: ofOne(['not'], condition),
  numericFunction: ofOne(['neg', 'abs', 'sign'], numeric),
  realFunction: ofOne(['floor', 'exp', 'log', 'sqrt', 'rsqrt', 'sin', 'cos', 'tanh', 'erf', 'square'], real),
  rounding: ofOne(['round', 'ceil', 'expm1', 'log1p', 'isNaN', 'isFinite'], real),
  activation: ofOne(['relu', 'gelu', 'quickGelu', 'sigmoid', 'stopGradient'], real),
  softActivation: ofOne(['softplus', 'silu', 'elu', 'leakyRelu', 'logSigmoid', 'hardtanh'], real),
  clip: drawn((draw) => call('clip', tensor(draw(shape(0, 4)), draw(numeric)), fixed('{ min: -1, max: 2 }'))),

  where: drawn((draw) => {
    const [full, of] = [draw(shape(0, 4)), draw(dtype)]
    const operand = fc.oneof(
      { weight: 3, arbitrary: narrowed(full).map((narrow) => tensor(narrow, of)) },
      { weight: 1, arbitrary: fc.constant(fixed('0')) },
    )
    return call(
      'where',
      tensor(draw(narrowed(full)), 'bool'),
      tensor(draw(narrowed(full)), of),
      draw(operand),
    )
  }),

  dropout: drawn((draw) =>
    call('dropout', tensor(draw(shape(0, 4))), record({ rate: fixed('0.1'), key: tensor([2], 'i32') })),
  ),
  random: drawn((draw) =>
    call(
      draw(fc.constantFrom('randomUniform', 'randomNormal', 'randomGumbel', 'randomTruncatedNormal')),
      tensor([2], 'i32'),
      draw(drawnShape),
    ),
  ),
  splitKey: drawn((draw) => {
    const keys = call('splitKey', tensor([2], 'i32'), number(draw(fc.integer({ min: 1, max: 4 }))))
    return call('add', result({ ...keys, read: '[0]' }), fixed('0'))
  }),
  randomIntegers: drawn((draw) =>
    call('randomIntegers', tensor([2], 'i32'), draw(drawnShape), fixed('-3'), fixed('10')),
  ),
}
