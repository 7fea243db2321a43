import { describe, expect, it } from 'vitest'
import * as b from '../../src/dsl/builder.js'
import {
  add,
  explainFault,
  input,
  matmul,
  mul,
  parameter,
  program,
  rename,
  sized,
  sum,
} from '../../src/dsl/index.js'
import { nodesOf, programOfNodes } from '../../src/dsl/program.js'
import { expectLeft, expectRight } from '../expect-either.js'

const x = input('x', ['B', 3])
const w = parameter('w', [3, 2])
const y = matmul(x, w)

describe('a program', () => {
  it('finds its parameters, and lists inputs and parameters in the order in which they are needed', () => {
    const first = input('first', ['B', 2])
    const second = parameter('second', ['B', 2])
    const made = expectRight(program({ first, x }, { sum: add(mul(second, first), y) }))
    expect(made.inputs.map(({ attributes }) => attributes.name)).toEqual(['first', 'x'])
    expect(made.parameters.map(({ attributes }) => attributes.name)).toEqual(['second', 'w'])
  })

  it('declares inputs that no output needs, but does not list them as inputs', () => {
    const unused = input('unused', [7])
    const made = expectRight(program({ unused, x }, { y }))
    expect(new Set(made.declared)).toEqual(new Set(['unused', 'x']))
    expect(made.inputs.map(({ attributes }) => attributes.name)).toEqual(['x'])
  })

  it('holds each node once, operands first', () => {
    const nodes = nodesOf(expectRight(program({ x }, { y, again: y, twice: add(y, y) })))
    expect(new Set(nodes).size).toBe(nodes.length)
    expect(nodes.map(({ op }) => op)).toEqual(['input', 'parameter', 'matmul', 'add'])
  })

  it('made from nodes declares the inputs that the outputs need', () => {
    const made = expectRight(programOfNodes({ y: y.node }))
    expect(made.declared).toEqual(['x'])
  })
})

describe('a program is refused', () => {
  const messageOf = (...[inputs, outputs]: Parameters<typeof program>): string =>
    explainFault(expectLeft(program(inputs, outputs)))

  it('where an input is used but not declared', () =>
    expect(messageOf({}, { y })).toBe(
      "input 'x' f32 [B,3] is used but not declared; add it to the inputs of the program",
    ))

  it('where an input is declared in one shape and used in another', () => {
    const other = input('x', ['N', 3])
    expect(messageOf({ x: other }, { y })).toBe(
      "input 'x' f32 [B,3] is used, but what is declared is 'x' f32 [N,3]; make the input once, and use what is declared",
    )
  })

  it('where a leaf or an output has no name', () => {
    expect(messageOf({ '': input('', ['B']) }, { y })).toContain('input: the name is empty')
    expect(messageOf({ x }, { y: add(y, parameter('', [2])) })).toContain('parameter: the name is empty')
    expect(messageOf({ x }, { '': y })).toBe('an output has no name; give it one')
  })

  it('where an axis is renamed to a dim that is not known to be its size', () => {
    const named = input('named', ['N', 6])
    expect(messageOf({ named }, { y: rename(named, 1, 'M') })).toContain(
      'rename: axis 1 of [N,6] is 6, which is not known to be M',
    )
    expect(messageOf({ named }, { y: rename(named, 0, sized('M', 4)) })).toContain(
      'rename: axis 0 of [N,6] is N, which is not known to be 4',
    )
  })

  it('but not where an axis is renamed to a dim of its size', () => {
    const named = input('named', ['N', 6])
    expectRight(program({ named }, { y: rename(rename(named, -1, sized('W', 6)), 0, 'N') }))
  })

  it('where two inputs share a name but not a shape', () => {
    const other = input('x', ['B', 2])
    expect(messageOf({ x }, { y: add(y, other) })).toBe(
      "input 'x' f32 [B,3] and input 'x' f32 [B,2] share a name; give them different names, or make the tensor once",
    )
  })

  it('where two leaves share a name but not a type', () => {
    const other = input('x', ['B', 3], 'i32')
    expect(messageOf({ x }, { y, other })).toContain(
      "input 'x' f32 [B,3] and input 'x' i32 [B,3] share a name",
    )
  })

  it('where an input and a parameter share a name', () => {
    const other = parameter('x', ['B', 3])
    expect(messageOf({ x }, { y: add(x, other) })).toContain(
      "input 'x' f32 [B,3] and parameter 'x' f32 [B,3] share a name",
    )
  })

  it('where an input is declared under another name', () =>
    expect(messageOf({ images: x }, { y })).toBe(
      "'images' is declared as an input but is the input 'x'; declare inputs under the names they were made with",
    ))

  it('where something else is declared as an input', () => {
    expect(messageOf({ x, y }, { y })).toContain("'y' is declared as an input but is the result of matmul")
    expect(messageOf({ x, w }, { y })).toContain("'w' is declared as an input but is the result of parameter")
  })

  it('with the first broken rule, however deep it is', () => {
    const broken = b.matmul(b.input('x', ['B', 3]), b.parameter('v', [4, 2]))
    const fault = expectLeft(programOfNodes({ loss: b.sum(b.exp(broken), [0, 1]) }))
    expect(explainFault(fault).split(/ at \S+program\.test\.ts:\d+:\d+$/)).toEqual([
      'matmul: inner dims 3 and 4 differ (matmul of [B,3] and [4,2])',
      '',
    ])
  })

  it('where only an unneeded input is broken', () => {
    const broken = b.input('broken', [-1])
    const fault = expectLeft(
      program({ x, broken: { node: broken, dtype: 'f32' } }, { total: sum(matmul(x, w)) }),
    )
    expect(fault).toMatchObject({ tag: 'ShapeFault', op: 'input' })
  })
})
