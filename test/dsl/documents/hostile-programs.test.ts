import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { decodeProblems } from '../../../src/dsl/documents/decode-problems.js'
import { fromJson } from '../../../src/dsl/documents/json.js'
import { expectLeft, expectRight } from '../../expect-either.js'

const leaf = (name: string, shape: readonly unknown[]) => ({
  op: 'input',
  attributes: { name, shape, dtype: 'f32' },
  operands: [],
})

const document = (nodes: readonly unknown[], outputs: readonly unknown[] = []): unknown => ({
  format: 'tensile program',
  version: 1,
  nodes,
  outputs,
  declared: [],
})

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

const inTime = <A>(work: () => A): A => {
  const started = performance.now()
  const result = work()
  expect(performance.now() - started).toBeLessThan(10_000)
  return result
}

const faultOf = (of: unknown): string => {
  const fault = expectLeft(inTime(() => fromJson(of)))
  return fault.tag === 'DocumentFault' ? fault.problems.join('; ') : fault.message
}

describe('a document whose dims grow with each node', () => {
  const doubled = (count: number, axis: number) =>
    Array.from({ length: count }, (_, i) => ({ op: 'concat', attributes: { axis }, operands: [i, i] }))

  it('is refused where a sum has too many characters', () => {
    expect(faultOf(document([leaf('x', ['B', 'K']), ...doubled(40, 0)]))).toBe(
      'concat axis 0: the sum of its dims has more than 10000 characters',
    )
  })

  it('is refused where a product has too many factors', () => {
    const long = Array.from({ length: 499 }, () => 'B').join('*')
    const wide = leaf('x', [...Array.from({ length: 63 }, () => long), 'K'])
    const flat = (shape: readonly string[]) => ({ op: 'reshape', attributes: { shape }, operands: [0] })
    expect(faultOf(document([wide, flat(['K', ...Array.from({ length: 63 }, () => long)])]))).toBe(
      'reshape: a shape has more than 10000 characters',
    )
  })

  it('is read in time where a product has many factors, each in both shapes', () => {
    const symbols = Array.from({ length: 240 }, (_, i) => `s${i}`)
    const shape = (names: readonly string[]) => [names.slice(0, 120).join('*'), names.slice(120).join('*')]
    const turned = {
      op: 'reshape',
      attributes: { shape: shape(symbols.toReversed()) },
      operands: [0],
    }
    const of = document([leaf('x', shape(symbols)), ...Array.from({ length: 50 }, () => turned)])
    expectRight(inTime(() => fromJson(of)))
  })

  it('is refused where parentheses are within each other', () => {
    const deep = `${'('.repeat(200)}B${')'.repeat(200)}`
    const many = Array.from({ length: 60 }, () => deep)
    expect(
      faultOf(document([leaf('x', ['B']), ...Array.from({ length: 20 }, () => leaf('y', many))])),
    ).toContain('expected dim')
  })
})

describe('a document that is deep or long', () => {
  const depth = 50_000

  it.each([
    ['attributes', { op: 'neg', attributes: nested(depth), operands: [] }],
    ['a shape', leaf('x', [nested(depth)])],
    ['a name', { op: 'input', attributes: { name: nested(depth), shape: [], dtype: 'f32' }, operands: [] }],
    ['operands', { op: 'neg', attributes: {}, operands: [nested(depth)] }],
    ['a scope', { op: 'neg', attributes: {}, operands: [], scope: [nested(depth)] }],
    ['a node', nested(depth)],
  ])('is refused in words where %s has 50,000 nested brackets', (_, node) => {
    expect(faultOf(document([node]))).toContain('program.nodes.0')
  })

  it('is refused in words where it is nothing but brackets', () => {
    expect(faultOf(nested(depth))).toContain('program')
  })

  it('is refused where a shape has more than 64 axes', () => {
    expect(
      faultOf(
        document([
          leaf(
            'x',
            Array.from({ length: 200_000 }, () => 1),
          ),
        ]),
      ),
    ).toBe('program.nodes.0.attributes.shape: there are 200000 axes, and at most 64 are allowed')
  })

  it('is read where a concatenation has 200,000 operands', () => {
    const joined = {
      op: 'concat',
      attributes: { axis: 0 },
      operands: Array.from({ length: 200_000 }, () => 0),
    }
    expectRight(inTime(() => fromJson(document([leaf('x', [1]), joined]))))
  })

  it('is read in time where 20,000 inputs are outputs', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `x${i}`)
    const program = inTime(() =>
      fromJson({
        format: 'tensile program',
        version: 1,
        nodes: names.map((name) => leaf(name, [1])),
        outputs: names.map((name, node) => ({ name, node })),
        declared: names,
      }),
    )
    expect(expectRight(program).inputs).toHaveLength(20_000)
  })
})

describe('the problems of JSON of another form', () => {
  const problemsOf = (codec: t.Mixed, value: unknown): readonly string[] =>
    inTime(() => decodeProblems(expectLeft(codec.decode(value))))

  it('show a beginning of a value that has 50,000 nested brackets', () => {
    expect(problemsOf(t.type({ batch: t.number }), { batch: nested(50_000) })).toEqual([
      `batch is ${'['.repeat(57)}..., wanted number`,
    ])
  })

  it.each([
    [{ a: [1, 'x', null, true], b: { c: {} } }, '{"a":[1,"x",null,true],"b":{"c":{}}}'],
    ['x'.repeat(100), `"${'x'.repeat(56)}...`],
    [Array.from({ length: 1_000_000 }, () => 0), `[${'0,'.repeat(28)}...`],
    [{ ['k'.repeat(100)]: 1 }, `{"${'k'.repeat(55)}...`],
    [[], '[]'],
    ['"\\\n', '"\\"\\\\\\n"'],
  ])('show %j as JSON, or its beginning', (value, shown) => {
    expect(problemsOf(t.type({ batch: t.number }), { batch: value })).toEqual([
      `batch is ${shown}, wanted number`,
    ])
  })

  it('are counted where there are more than 100', () => {
    const problems = problemsOf(
      t.array(t.number),
      Array.from({ length: 20_000 }, (_, i) => `${i}`),
    )
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toBe('19900 more like these')
  })
})
