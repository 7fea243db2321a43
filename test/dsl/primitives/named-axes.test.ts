import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import type { Shape } from '../../../src/shapes/dim.js'
import { einsumNode } from '../../../src/dsl/primitives/einsum.js'
import { rearrangeNode } from '../../../src/dsl/primitives/named-axes.js'
import { drawn, expectClose, f32, numbersOf } from '../../support/evaluation.js'

type Sizes = Readonly<Record<string, number>>
type Names = readonly string[]

const sizeOf = (sizes: Sizes, name: string): number => sizes[name] ?? 1
const shapeOf = (sizes: Sizes, names: Names): readonly number[] => names.map((name) => sizeOf(sizes, name))
const countOf = (sizes: Sizes, names: Names): number =>
  shapeOf(sizes, names).reduce((product, size) => product * size, 1)

/** Row-major position of the axes `names` where each name has the given index. */
const positionOf = (sizes: Sizes, names: Names, index: Sizes): number =>
  names.reduce((position, name) => position * sizeOf(sizes, name) + (index[name] ?? 0), 0)

/** What einsum means: for every index of every name, the product of the operands' elements, summed up. */
const naiveEinsum = (
  sizes: Sizes,
  operands: readonly { readonly names: Names; readonly data: ArrayLike<number> }[],
  out: Names,
): readonly number[] => {
  const names = [...new Set(operands.flatMap((operand) => operand.names))]
  const result = new Float64Array(countOf(sizes, out))
  for (let flat = 0; flat < countOf(sizes, names); flat += 1) {
    const index: Record<string, number> = {}
    names.reduceRight((rest, name) => {
      index[name] = rest % sizeOf(sizes, name)
      return Math.floor(rest / sizeOf(sizes, name))
    }, flat)
    const term = operands.reduce(
      (product, operand) => product * (operand.data[positionOf(sizes, operand.names, index)] ?? Number.NaN),
      1,
    )
    const at = positionOf(sizes, out, index)
    result[at] = (result[at] ?? 0) + term
  }
  return [...result]
}

const alphabet = ['a', 'b', 'c', 'd']
const sizesArbitrary = fc.record({
  a: fc.integer({ min: 1, max: 3 }),
  b: fc.integer({ min: 1, max: 3 }),
  c: fc.integer({ min: 1, max: 3 }),
  d: fc.integer({ min: 1, max: 3 }),
})
/** Axes of one operand: a name may occur twice, which takes the diagonal. */
const namesArbitrary = fc.array(fc.constantFrom(...alphabet), { maxLength: 4 })
const specArbitrary = (operandCount: number) =>
  fc
    .tuple(
      fc.array(namesArbitrary, { minLength: operandCount, maxLength: operandCount }),
      fc.shuffledSubarray(alphabet),
      sizesArbitrary,
    )
    .map(([operands, wanted, sizes]) => ({
      operands,
      out: wanted.filter((name) => operands.flat().includes(name)),
      sizes,
    }))

const fault = (node: { readonly fault: { readonly message: string } | undefined }): string | undefined =>
  node.fault?.message

describe.each([1, 2, 3, 4])('einsum of %i operand(s)', (operandCount) => {
  it('is the sum of products over all indices, for any spec', () =>
    fc.assert(
      fc.property(specArbitrary(operandCount), ({ operands, out, sizes }) => {
        const values = Object.fromEntries(
          operands.map((names, i) => [`x${i}`, drawn(i, shapeOf(sizes, names))]),
        )
        const leaves = operands.map((names, i) => b.input(`x${i}`, shapeOf(sizes, names)))
        const spec = `${operands.map((names) => names.join(' ')).join(', ')} -> ${out.join(' ')}`
        const given = operands.map((names, i) => ({ names, data: values[`x${i}`]?.data ?? [] }))
        const node = einsumNode(spec, leaves)
        expect(fault(node), spec).toBeUndefined()
        expect(node.shape).toEqual(shapeOf(sizes, out))
        expectClose(numbersOf({ node }, values), naiveEinsum(sizes, given, out))
      }),
      { numRuns: 200 },
    ))
})

describe('einsum', () => {
  const a = b.input('a', ['B', 2, 3])
  const z = b.input('z', ['B', 3, 5])

  it('has symbols in the shape of its result', () =>
    expect(einsumNode('b i j, b j k -> k b i', [a, z]).shape).toEqual([5, 'B', 2]))

  it('is one matrix product where two operands share a summed axis', () => {
    const nodes = [einsumNode('b i j, b j k -> b i k', [a, z])]
    expect(nodes.map(({ op }) => op)).toEqual(['matmul'])
  })

  it('takes any number of leading axes for an ellipsis', () => {
    const [x, w] = [b.input('x', ['B', 'H', 2, 3]), b.input('w', [3, 5])]
    expect(einsumNode('... i j, j k -> ... i k', [x, w]).shape).toEqual(['B', 'H', 2, 5])
    expect(einsumNode('... j, j k -> ... k', [b.input('row', [3]), w]).shape).toEqual([5])
    expect(einsumNode('i ... j -> ... i', [x]).shape).toEqual(['H', 2, 'B'])
    expect(einsumNode('... i j ->', [x]).shape).toEqual([])
  })

  it('contracts the operands with the fewest products first', () => {
    const chain = [b.input('p', [100, 90]), b.input('q', [90, 80]), b.input('r', [80, 1])]
    const product = einsumNode('i j, j k, k l -> i l', chain)
    expect(product.operands[0]).toBe(chain[0])
  })

  it('contracts from left to right where a size is not known', () => {
    const chain = [b.input('p', ['B', 90]), b.input('q', [90, 80]), b.input('r', [80, 1])]
    const product = einsumNode('i j, j k, k l -> i l', chain)
    expect(product.operands[1]).toBe(chain[2])
  })

  it.each<[string, readonly Shape[], string]>([
    ['... a a ... -> a', [[2, 2]], "... a a ... -> a: '...' is twice in one operand"],
    ['... a b -> a', [[2]], '... a b -> a: names 2 axes of [2]'],
    [
      '... a, ... b -> ...',
      [
        ['B', 2],
        [2, 3],
      ],
      "... a, ... b -> ...: '...' is [B] and [2]",
    ],
    ['a b -> a ...', [[2, 3]], "a b -> a ...: '...' is not on the left side"],
    ['... a -> a ... ...', [['B', 3]], "... a -> a ... ...: '...' is twice on the right side"],
    ['a, b -> a', [[2], [3], [4]], 'a, b -> a: expected 3 operands, separated by commas, spaces included'],
    ['a b', [[2, 3]], "a b: expected one operand, as in 'a b -> b a'"],
    ['a, b -> a', [[2, 3]], "a, b -> a: expected one operand, as in 'a b -> b a'"],
    ['a b -> a', [[2, 3], [3]], "a b -> a: expected two operands, as in 'a b, b c -> a c', spaces included"],
    ['a b ->a', [[2, 3]], "a b ->a: expected ' -> ' between the two sides"],
    ['a -> a', [[2, 3]], 'a -> a: names 1 axes of [2,3]'],
    ['a b c -> a', [[2, 3]], 'a b c -> a: names 3 axes of [2,3]'],
    ['a a -> a', [[2, 3]], "a a -> a: 'a' is 2 and 3"],
    [
      'a b, b c -> a c',
      [
        ['B', 3],
        [4, 5],
      ],
      "a b, b c -> a c: 'b' is 3 and 4",
    ],
    ['a b -> a c', [[2, 3]], "a b -> a c: 'c' is not on the left side"],
    ['a b -> a (b)', [[2, 3]], "a b -> a (b): '(b)' is not on the left side"],
    ['a b -> a a', [[2, 2]], "a b -> a a: 'a' is twice on the right side"],
  ])('refuses %s of %j: %s', (spec, shapes, message) => {
    const leaves = shapes.map((shape, i) => b.input(`x${i}`, shape))
    expect(fault(einsumNode(spec, leaves))).toBe(message)
  })

  it('reports the fault of an operand before its own', () => {
    const broken = b.add(b.input('x', [2]), b.input('y', [3]))
    expect(einsumNode('a -> a', [broken]).fault).toBe(broken.fault)
    expect(einsumNode('a b -> a', [broken]).fault).toBe(broken.fault)
  })
})

describe('rearrange', () => {
  const x = b.input('x', [2, 3, 4])
  const values = {
    x: f32(
      [2, 3, 4],
      Array.from({ length: 24 }, (_, i) => i),
    ),
  }

  it('permutes by name', () => {
    const node = rearrangeNode(x, 'a b c -> c a b')
    expect(node.shape).toEqual([4, 2, 3])
    expect(numbersOf({ node }, values).slice(0, 6)).toEqual([0, 4, 8, 12, 16, 20])
  })

  it('merges axes in the order written', () => {
    const node = rearrangeNode(x, 'a b c -> a (c b)')
    expect(node.shape).toEqual([2, 12])
    expect(numbersOf({ node }, values).slice(0, 6)).toEqual([0, 4, 8, 1, 5, 9])
  })

  it('splits an axis by a given size, or two axes by division', () => {
    expect(rearrangeNode(x, 'a b (h d) -> h a b d', { h: 2 }).shape).toEqual([2, 2, 3, 2])
    expect(rearrangeNode(x, 'a b (h d) -> h a b d', { d: 1 }).shape).toEqual([4, 2, 3, 1])
  })

  it('adds and drops axes of size 1', () => {
    const node = rearrangeNode(x, 'a b c -> 1 a (b c) 1')
    expect(node.shape).toEqual([1, 2, 12, 1])
    expect(rearrangeNode(node, '1 a bc 1 -> a bc').shape).toEqual([2, 12])
  })

  it('splits and merges symbolic dims', () => {
    const tokens = b.input('tokens', ['B', 'L', 'H*E'])
    expect(rearrangeNode(tokens, 'b l (h e) -> (b h) l e', { h: 'H' }).shape).toEqual(['B*H', 'L', 'E'])
    expect(rearrangeNode(tokens, 'b l w -> (b l) w').shape).toEqual(['B*L', 'H*E'])
  })

  it('returns its operand where nothing changes', () => expect(rearrangeNode(x, 'a b c -> a b c')).toBe(x))

  it('is undone by the reversed spec, for any order and grouping', () => {
    const names = ['a', 'b', 'c', 'd']
    fc.assert(
      fc.property(
        sizesArbitrary,
        fc.shuffledSubarray(names, { minLength: 4, maxLength: 4 }),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        (sizes, order, joined) => {
          const groups = order.reduce<readonly (readonly string[])[]>(
            (sofar, name, i) =>
              joined[i] === true && sofar.length > 0
                ? [...sofar.slice(0, -1), [...(sofar.at(-1) ?? []), name]]
                : [...sofar, [name]],
            [],
          )
          const side = groups
            .map((group) => (group.length === 1 ? group[0] : `(${group.join(' ')})`))
            .join(' ')
          const start = b.input('start', shapeOf(sizes, names))
          const there = rearrangeNode(start, `a b c d -> ${side}`)
          const back = rearrangeNode(there, `${side} -> a b c d`, sizes)
          const given = { start: drawn(3, shapeOf(sizes, names)) }
          expect(fault(back)).toBeUndefined()
          expect(there.shape).toEqual(groups.map((group) => countOf(sizes, group)))
          expect(numbersOf({ node: back }, given)).toEqual(numbersOf({ node: start }, given))
        },
      ),
    )
  })

  it.each<[string, Readonly<Record<string, number>>, string]>([
    ['a b c', {}, "a b c: expected ' -> ' between the two sides"],
    ['a b -> b a', {}, 'a b -> b a: names 2 axes of [2,3,4]'],
    ['a b c d -> d c b a', {}, 'a b c d -> d c b a: names 4 axes of [2,3,4]'],
    ['a b c -> a b', {}, "a b c -> a b: 'c' is dropped; sum over it first"],
    ['a b c -> a b c d', {}, "a b c -> a b c d: 'd' is not on the left side"],
    ['a a b -> a b', {}, "a a b -> a b: 'a' is twice on the left side"],
    ['a b (a) -> a b', {}, "a b (a) -> a b: 'a' is twice on the left side"],
    ['a b c -> a b c c', {}, "a b c -> a b c c: 'c' is twice on the right side"],
    ['a b c -> a (b c b)', {}, "a b c -> a (b c b): 'b' is twice on the right side"],
    ['a b (h d) -> a b h d', {}, "a b (h d) -> a b h d: give a size for 'h' or 'd'"],
    ['a b (h d) -> a b h d', { h: 3 }, 'a b (h d) -> a b h d: 4 is not divisible by 3'],
    [
      'a b (h d) -> a b h d',
      { h: 2, d: 3 },
      'a b (h d) -> a b h d: the sizes of a group multiply to 6, its axis is 4',
    ],
    ['1 b c -> b c', {}, "1 b c -> b c: '1' is 1 and 2"],
    ['a b c -> a b c', { b: 5 }, "a b c -> a b c: 'b' is 5 and 3"],
    ['a b c -> a b c', { q: 5 }, "a b c -> a b c: 'q' has a size but is not on the left side"],
  ])('refuses %s with %j: %s', (spec, sizes, message) =>
    expect(fault(rearrangeNode(x, spec, sizes))).toBe(message),
  )
})
