import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Program, Tensor } from '../../../src/dsl/index.js'
import {
  add,
  div,
  evaluate,
  explainFault,
  exp,
  floor,
  fromJson,
  gradient,
  input,
  linear,
  mapParameters,
  matmul,
  mul,
  parameter,
  program,
  replacement,
  stopGradient,
  sub,
  substitute,
  substituteInProgram,
  sum,
  toJson,
} from '../../../src/dsl/index.js'
import { typed } from '../../../src/dsl/erasure.js'
import * as b from '../../../src/dsl/builder.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawn, expectClose, f32, numbersOf } from '../../support/evaluation.js'

const x = input('x', ['B', 3])
const w = parameter('w', [2, 3])
const bias = parameter('bias', [2])
const logits = linear(x, w, bias)
const model = expectRight(program({ x }, { logits, weight: exp(w) }))
const [up, down] = [parameter('up', [2, 1]), parameter('down', [1, 3])]

const names = ({ inputs, parameters }: Program): readonly string[] =>
  [...inputs, ...parameters].map(({ attributes: { name } }) => name)

describe('substitute', () => {
  it('replaces a tensor everywhere, by an expression that uses it', () => {
    const adapted = substitute(logits, [replacement(w, add(w, matmul(up, down)))])
    expect(adapted.node).toBe(linear(x, add(w, matmul(up, down)), bias).node)
    const values = {
      x: f32([1, 3], [1, 2, 3]),
      w: f32([2, 3], [1, 0, 0, 0, 1, 0]),
      bias: f32([2], [10, 20]),
      up: f32([2, 1], [1, 2]),
      down: f32([1, 3], [1, 1, 1]),
    }
    expectClose(numbersOf(adapted, values), [1 + 6 + 10, 2 + 12 + 20])
  })

  it('makes all replacements at once, so that two tensors can change places', () => {
    const [p, q] = [parameter('p', [2]), parameter('q', [2])]
    const swapped = substitute(sub(p, q), [replacement(p, q), replacement(q, p)])
    expect(swapped.node).toBe(sub(q, p).node)
  })

  it('replaces the result of an operation as well', () => {
    const hidden = exp(w)
    const [y] = [sum(mul(hidden, hidden))]
    expect(substitute(y, [replacement(hidden, w)]).node).toBe(sum(mul(w, w)).node)
  })

  it('gives gradients by what the expression is made of', () => {
    const adapted = substitute(sum(mul(w, w)), [replacement(w, add(w, matmul(up, down)))])
    const values = { w: drawn(1, [2, 3]), up: drawn(2, [2, 1]), down: drawn(3, [1, 3]) }
    const whole = add(w, matmul(up, down))
    expect(numbersOf(gradient(adapted, up), values)).toEqual(
      numbersOf(gradient(sum(mul(whole, whole)), up), values),
    )
  })

  it.each<readonly [string, Tensor<['B', 2]>, string]>([
    [
      'a tensor that does not occur',
      substitute(logits, [replacement(up, up)]),
      "substitute: parameter 'up' f32 [2,1] does not occur",
    ],
    [
      'a name that occurs with another shape',
      substitute(logits, [replacement(parameter('w', [2, 4]), parameter('v', [2, 4]))]),
      "substitute: parameter 'w' f32 [2,4] does not occur, but parameter 'w' f32 [2,3] does",
    ],
    [
      'two replacements of one tensor',
      substitute(logits, [replacement(w, w), replacement(w, exp(w))]),
      "substitute: parameter 'w' f32 [2,3] has two replacements",
    ],
    [
      'a shape that only the run-time rules see',
      substitute(logits, [replacement(w, typed(b.parameter('v', [3, 2])))]),
      "substitute: parameter 'w' f32 [2,3] cannot be replaced by f32 [3,2]",
    ],
    [
      'an element type that only the run-time rules see',
      substitute(logits, [replacement(w, typed(b.parameter('v', [2, 3], 'i32')))]),
      "substitute: parameter 'w' f32 [2,3] cannot be replaced by i32 [2,3]",
    ],
  ])('names %s', (_, tensor, message) => expect(tensor.node.fault?.message).toBe(message))

  it('shows the fault of a replacement, not a misfit', () => {
    const broken = typed<[2, 3], 'f32'>(b.matmul(w.node, w.node))
    const { node } = substitute(logits, [replacement(w, broken)])
    expect(node.fault?.message).toBe('matmul: inner dims 3 and 2 differ')
  })
})

describe('substituteInProgram', () => {
  it('adapts a program that was read from JSON', () => {
    const read = expectRight(fromJson(JSON.parse(JSON.stringify(toJson(model)))))
    const stated = parameter('w', [2, 3])
    const adapted = expectRight(
      substituteInProgram(read, [replacement(stated, add(stated, matmul(up, down)))]),
    )
    expect(names(adapted)).toEqual(['x', 'w', 'up', 'down', 'bias'])
    expect(adapted.outputs['weight']).toBe(exp(add(w, matmul(up, down))).node)
  })

  it('takes an input away where an expression replaces it, and declares the inputs of the expression', () => {
    const raw = input('raw', ['B', 3])
    const adapted = expectRight(substituteInProgram(model, [replacement(x, div(raw, 255))]))
    expect(adapted.declared).toEqual(['raw'])
    expect(names(adapted)).toEqual(['raw', 'w', 'bias'])
  })

  it('keeps inputs that are declared and not needed', () => {
    const spare = input('spare', ['B'])
    const wider = expectRight(program({ x, spare }, { logits }))
    const adapted = expectRight(substituteInProgram(wider, [replacement(w, exp(w))]))
    expect(adapted.declared.toSorted()).toEqual(['spare', 'x'])
    expect(adapted.unneeded.map(({ attributes: { name } }) => name)).toEqual(['spare'])
  })

  it('says what a program does not have, and what to do', () => {
    const missing = parameter('weight', [2, 3])
    expect(explainFault(expectLeft(substituteInProgram(model, [replacement(missing, w)])))).toBe(
      "substitute: parameter 'weight' f32 [2,3] does not occur; replace a tensor of the program by one of its shape; toText lists the inputs and parameters",
    )
  })
})

describe('mapParameters', () => {
  const rounded = <S>(of: Tensor<S>): Tensor<S> => add(of, stopGradient(sub(div(floor(mul(of, 4)), 4), of)))

  it('rounds every weight of a model, and lets the gradient pass', () => {
    const quantised = expectRight(mapParameters(model, rounded))
    expect(quantised.outputs.logits).toBe(linear(x, rounded(w), rounded(bias)).node)
    const values = { x: drawn(1, [4, 3]), w: drawn(2, [2, 3]), bias: drawn(3, [2]) }
    const cut = (value: typeof values.w): typeof values.w =>
      f32(
        value.shape,
        [...value.data].map((each) => Math.floor(each * 4) / 4),
      )
    const expected = expectRight(evaluate(model, { ...values, w: cut(values.w), bias: cut(values.bias) }))
    expectClose([...expectRight(evaluate(quantised, values)).logits.data], [...expected.logits.data])
  })

  it('can leave a parameter as it is, by its name', () => {
    const only = expectRight(mapParameters(model, (of, name) => (name === 'w' ? mul(of, 2) : of)))
    expect(only.outputs.logits).toBe(linear(x, mul(w, 2), bias).node)
  })

  it('leaves parameters of integers as they are', () => {
    const steps = parameter('steps', [], 'i32')
    const counting = expectRight(program({ x }, { logits, steps }))
    expect(expectRight(mapParameters(counting, (of) => mul(of, 2))).outputs.steps).toBe(steps.node)
  })

  it('gives the first fault of an expression', () => {
    const outcome = pipe(
      mapParameters(model, <S>(of: Tensor<S>): Tensor<S> => typed(b.matmul(of.node, of.node))),
      E.mapLeft(explainFault),
    )
    expect(expectLeft(outcome).split(/ at \S+substitute\.test\.ts:\d+:\d+$/)).toEqual([
      'matmul: inner dims 3 and 2 differ (matmul of [2,3] and [2,3])',
      '',
    ])
  })
})
