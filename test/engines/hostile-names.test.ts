import { describe, expect, it } from 'vitest'
import {
  add,
  evaluate,
  fromJson,
  input,
  gradients,
  mul,
  parameter,
  program,
  sum,
  toDot,
  toJson,
  toText,
} from '../../src/dsl/index.js'
import { referenceEngine } from '../../src/engines/index.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors/encode.js'
import type { TensorValue } from '../../src/values/value.js'
import { expectRight } from '../expect-either.js'
import { hostileNames } from '../support/hostile-names.js'
import { engines } from './engines.js'

const value = (...elements: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape: [elements.length],
  data: Float32Array.from(elements),
})

const numbersOf = (values: Readonly<Record<string, TensorValue>>) =>
  Object.entries(values).map(([name, { data }]) => [name, [...data]])

/** name = name + weight, and a second output. */
const named = (name: string) => {
  const x = input(name, [2])
  const w = parameter(`w ${name}`, [2])
  return expectRight(program({ [name]: x }, { [name]: add(x, w), other: mul(x, w) }))
}

const wanted = (name: string) => [
  [name, [11, 22]],
  ['other', [10, 40]],
]

describe.each(hostileNames)('an input, a parameter and an output named %j', (name) => {
  const of = named(name)
  const weights = { [`w ${name}`]: value(10, 20) }
  const inputs = { [name]: value(1, 2) }

  it('are computed by their names', () => {
    expect(numbersOf(expectRight(evaluate(of, { ...inputs, ...weights })))).toEqual(wanted(name))
  })

  it.each([referenceEngine, ...engines])('are computed by their names on an engine', async (engine) => {
    const executable = expectRight(await engine.compile(of, { sizes: {}, weights, state: [] })())
    expect(numbersOf(expectRight(await executable.run(inputs)()))).toEqual(wanted(name))
    expectRight(await executable.dispose()())
  })

  it('are carried by their names as state', async () => {
    for (const engine of [referenceEngine, ...engines]) {
      const x = input('x', [2])
      const w = parameter(name, [2])
      const step = expectRight(program({ x }, { [`next ${name}`]: add(w, x), [`${name}!`]: sum(w) }))
      const state = [{ parameter: name, output: `next ${name}`, initial: value(1, 2) }]
      const options = { sizes: {}, weights: {}, state }
      const executable = expectRight(await engine.compile(step, options)())
      expectRight(await executable.run({ x: value(1, 1) })())
      expect(numbersOf(expectRight(await executable.readState()()))).toEqual([[name, [2, 3]]])
      expectRight(await executable.dispose()())
    }
  })

  it('are there in the program that is read from its JSON, and in its texts', () => {
    const again = expectRight(fromJson(JSON.parse(JSON.stringify(toJson(of)))))
    expect(Object.keys(again.outputs)).toEqual([name, 'other'])
    expect(again.declared).toEqual([name])
    expect(toText(of).length).toBeGreaterThan(10)
    expect(toDot(of).length).toBeGreaterThan(10)
  })

  it('have gradients by their names', () => {
    const w = parameter(name, [2])
    expect(Object.keys(gradients(sum(mul(w, w)), { [name]: w }))).toEqual([name])
  })

  it('are tensors of a file by their names', () => {
    const chunks = expectRight(
      encodeSafetensors('x', { [name]: value(1, 2) }, { metadata: { [name]: name } }),
    )
    const { tensors, metadata } = expectRight(decodeSafetensors('x', Buffer.concat(chunks)))
    expect(numbersOf(tensors)).toEqual([[name, [1, 2]]])
    expect(Object.entries(metadata)).toEqual([[name, name]])
  })
})
