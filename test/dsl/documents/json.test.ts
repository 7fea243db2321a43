import { describe, expect, test } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import { explainFault } from '../../../src/dsl/fault.js'
import type { ProgramDocument } from '../../../src/dsl/documents/json.js'
import { canonicalJson, fromJson, toJson } from '../../../src/dsl/documents/json.js'
import { program, programOfNodes } from '../../../src/dsl/program.js'
import { input, mul, parameter, matmul, scalar } from '../../../src/dsl/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'

// A document lists nodes as they were made first in the process: no other test makes any of these names.
const x = input('documented', ['B', 3])
const spare = input('spare', [2])
const linear = expectRight(
  program({ documented: x, spare }, { y: matmul(x, parameter('weights of a document', [3, 2])) }),
)

const through = (document: unknown): unknown => JSON.parse(JSON.stringify(document))

/** What is said of a document. */
const problems = (document: unknown): readonly string[] => {
  const fault = expectLeft(fromJson(document))
  return fault.tag === 'DocumentFault' ? fault.problems : [explainFault(fault)]
}

test('a document lists the nodes of a program', () => {
  expect(through(toJson(linear))).toEqual({
    format: 'tensile program',
    version: 1,
    nodes: [
      { op: 'input', attributes: { name: 'documented', shape: ['B', 3], dtype: 'f32' }, operands: [] },
      {
        op: 'parameter',
        attributes: { name: 'weights of a document', shape: [3, 2], dtype: 'f32' },
        operands: [],
      },
      { op: 'matmul', attributes: {}, operands: [0, 1] },
      { op: 'input', attributes: { name: 'spare', shape: [2], dtype: 'f32' }, operands: [] },
    ],
    outputs: [{ name: 'y', node: 2 }],
    declared: ['documented', 'spare'],
  })
})

test('a canonical document lists nodes where they are first used, whatever was made before', () => {
  const factor = scalar(0.3217)
  const late = input('late', [2])
  const scaled = expectRight(program({ late }, { scaled: mul(late, factor) }))
  const ops = (document: ProgramDocument): readonly string[] => document.nodes.map(({ op }) => op)
  expect(ops(toJson(scaled))).toEqual(['constant', 'input', 'mul'])
  expect(ops(canonicalJson(scaled))).toEqual(['input', 'constant', 'mul'])
  expect(expectRight(fromJson(through(canonicalJson(scaled))))).toEqual(scaled)
})

test('a program that is read back has the same nodes, unneeded inputs included', () => {
  expect(expectRight(fromJson(through(toJson(linear))))).toEqual(linear)
})

test('a document whose unneeded inputs have no nodes can be read', () => {
  const document = toJson(linear)
  const older = { ...document, nodes: document.nodes.slice(0, 3) }
  expect(expectRight(fromJson(through(older)))).toEqual({ ...linear, unneeded: [] })
})

test('NaN, infinities and -0 are kept in a document', () => {
  const values = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-320, 0.1]
  const table = expectRight(programOfNodes({ table: b.literal(values, [7]) }))
  const again = expectRight(fromJson(through(toJson(table))))
  expect(again.outputs['table']).toBe(table.outputs.table)
})

test('names of any kind are kept in a document', () => {
  const names = ['__proto__', 'constructor', 'two\nlines', '%3', '7']
  const all = expectRight(
    programOfNodes(Object.fromEntries(names.map((name) => [name, b.add(b.input(name, []), b.scalar(1))]))),
  )
  const again = expectRight(fromJson(through(toJson(all))))
  expect(Object.entries(again.outputs)).toEqual(Object.entries(all.outputs))
})

describe('a wrong document is refused with the place and the reason:', () => {
  const document = toJson(linear)
  const node = (op: string, attributes: unknown, operands: readonly number[]): ProgramDocument => ({
    ...document,
    nodes: [...document.nodes.slice(0, 2), { op, attributes, operands }],
  })

  test.each<readonly [string, unknown, readonly string[]]>([
    ['nothing', undefined, ['program: expected { format: "tensile program"']],
    ['a later version', { ...document, version: 2 }, ['program.version: expected 1']],
    [
      'several mistakes',
      { ...document, nodes: 3, declared: [4] },
      ['program.nodes: expected', 'program.declared.0: expected string'],
    ],
    ['an unknown primitive', node('fly', {}, [0]), ["program.nodes.2.op: there is no primitive 'fly'"]],
    [
      'a primitive named like a method of every object',
      node('toString', {}, [0]),
      ["program.nodes.2.op: there is no primitive 'toString'"],
    ],
    ['too few operands', node('matmul', {}, [0]), ['program.nodes.2.operands: matmul takes 2, got 1']],
    [
      'operands that come later',
      node('matmul', {}, [0, 2]),
      ['program.nodes.2.operands: [0,2] are not all positions of earlier nodes'],
    ],
    [
      'operands between positions',
      node('matmul', {}, [0.5, -1]),
      ['program.nodes.2.operands: [0.5,-1] are not all positions of earlier nodes'],
    ],
    [
      'a missing attribute',
      node('softmax', {}, [0]),
      ['program.nodes.2.attributes.axis: expected a whole number'],
    ],
    [
      'an unknown attribute',
      node('softmax', { axis: 1, groups: 2 }, [0]),
      ["program.nodes.2.attributes: property 'groups' is unknown"],
    ],
    [
      'an invalid dim',
      node('reshape', { shape: ['B+', 3] }, [0]),
      ['program.nodes.2.attributes.shape.0: expected dim'],
    ],
    [
      'a dim with too many parentheses',
      node('reshape', { shape: [`${'('.repeat(1e5)}B${')'.repeat(1e5)}`, 3] }, [0]),
      ['program.nodes.2.attributes.shape.0: expected dim'],
    ],
    ['a broken shape rule', node('matmul', {}, [1, 0]), ['matmul: inner dims 2 and B differ']],
    ['a concat of nothing', node('concat', { axis: 0 }, []), ['concat: needs at least one tensor']],
    [
      'an output that is no node',
      { ...document, outputs: [{ name: 'y', node: 9 }] },
      ['program.outputs.0.node: there is no node 9'],
    ],
    [
      'an output twice',
      { ...document, outputs: [...document.outputs, ...document.outputs] },
      ["program.outputs.1.name: there are two outputs 'y'"],
    ],
    ['an input that is not declared', { ...document, declared: [] }, ["the input 'documented' is missing"]],
    [
      'an input declared twice',
      { ...document, declared: ['documented', 'documented'] },
      ["'documented' is there twice"],
    ],
  ])('%s', (_, broken, expected) => {
    const found = problems(broken)
    expect(found).toHaveLength(expected.length)
    for (const [i, text] of expected.entries()) expect(found[i]).toContain(text)
  })
})

test('a constant that is read back is the same node', () => {
  const half = expectRight(program({}, { half: scalar(0.5) }))
  expect(expectRight(fromJson(through(toJson(half)))).outputs['half']).toBe(half.outputs.half)
})
