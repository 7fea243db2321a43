import { expect, test } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import { input, matmul, parameter } from '../../../src/dsl/index.js'
import { toDot } from '../../../src/dsl/documents/print-dot.js'
import { toText } from '../../../src/dsl/documents/print-text.js'
import { program, programOfNodes } from '../../../src/dsl/program.js'
import { expectRight } from '../../expect-either.js'

const x = input('x', ['B', 3])
const linear = expectRight(
  program({ x, spare: input('spare', [2]) }, { y: matmul(x, parameter('fc.weight', [3, 2])) }),
)

test('a listing names leaves, operations with their types, and outputs', () => {
  expect(toText(linear)).toBe(
    [
      'inputs',
      '  x : [B,3]',
      '  spare : not used',
      'parameters',
      '  fc.weight : [3,2]',
      'operations',
      '  %0 = matmul x fc.weight : [B,2]',
      'outputs',
      '  y = %0',
    ].join('\n'),
  )
})

test('a listing shows attributes and element types, and scalars where they are used', () => {
  const ids = b.input('ids', ['B'], 'i32')
  const rows = b.gather(b.literal([0, -0, 1, 2, 3, 4, 5, 6, 7, 8], [10]), b.add(ids, b.scalarLike(ids, 1)), 0)
  const listed = toText(expectRight(programOfNodes({ loss: b.scale(b.sum(rows, [0]), 0.5) })))
  expect(listed).toBe(
    [
      'inputs',
      '  ids : i32 [B]',
      'operations',
      '  %0 = literal values=[0,-0,1,2,3,4,5,6, ... 10 in all] : [10]',
      '  %1 = add ids i32 1 : i32 [B]',
      '  %2 = gather %0 %1 axis=0 : [B]',
      '  %3 = sum %2 axes=[0] keepDims=false : []',
      '  %4 = mul %3 0.5 : []',
      'outputs',
      '  loss = %4',
    ].join('\n'),
  )
})

test('a name that could be read as something else is quoted', () => {
  const strange = expectRight(programOfNodes({ 'an output': b.exp(b.input('%0', [])) }))
  expect(toText(strange)).toContain('%0 = exp "%0" : []')
  expect(toText(strange)).toContain('"an output" = %0')
})

test('a picture has a box per node and an arrow per use', () => {
  const square = b.mul(x.node, x.node)
  const [leaf, product] = [`n${x.node.id}`, `n${square.id}`]
  expect(toDot(expectRight(programOfNodes({ y: square }))).split('\n')).toEqual([
    'digraph program {',
    '  rankdir=TB',
    '  node [shape=box, fontname="monospace"]',
    `  ${leaf} [label="x\\n[B,3]", style=filled, fillcolor="#cfe2f3"]`,
    `  ${product} [label="mul\\n[B,3]"]`,
    `  ${leaf} -> ${product}`,
    `  ${leaf} -> ${product}`,
    '  o0 [label="y", shape=ellipse, style=filled, fillcolor="#d9ead3"]',
    `  ${product} -> o0`,
    '}',
  ])
})

test('labels of a picture are escaped', () => {
  const hostile = 'a"]; b [label="\\\nc'
  const drawing = toDot(expectRight(programOfNodes({ y: b.input(hostile, []) })))
  expect(drawing).toContain(String.raw`[label="a\"]; b [label=\"\\\nc\n[]", style=filled`)
  expect(drawing.split('\n')).toHaveLength(7)
})
