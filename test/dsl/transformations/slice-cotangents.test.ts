import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as b from '../../../src/dsl/builder.js'
import type { Node } from '../../../src/dsl/index.js'
import { gradientNodes } from '../../../src/dsl/index.js'
import type { NamedValues } from '../../../src/values/named-values.js'
import { topologicalOrder } from '../../../src/dsl/walk.js'
import { expectClose, f32, numbersOf } from '../../support/evaluation.js'

interface Range {
  readonly axis: number
  readonly start: number
  readonly length: number
}

const operations = (roots: readonly Node[]): readonly string[] => topologicalOrder(roots).map(({ op }) => op)

const total = (nodes: readonly Node[]): Node =>
  nodes
    .map((node) =>
      b.sum(
        node,
        node.shape.map((_, axis) => axis),
      ),
    )
    .reduce(b.add)

/** The gradient of Σᵢ i Σ sin(sliceᵢ), by slices, or by the same ranges of a mask: no slice is taken. */
const slopes = (x: Node, ranges: readonly Range[], masked: boolean): Node | undefined => {
  const terms = ranges.map(({ axis, start, length }, i) => {
    const weighted = (of: Node): Node => b.scale(b.sin(of), i + 1)
    if (!masked) return weighted(b.slice(x, axis, start, length))
    const position = b.iota(x.shape, axis)
    const inside = b.and(
      b.lessEqual(b.scalar(start, 'i32'), position),
      b.less(position, b.scalar(start + length, 'i32')),
    )
    return b.where(inside, weighted(x), b.scalar(0))
  })
  return gradientNodes(total(terms), [x])[0]
}

const numbers = (node: Node | undefined, values: NamedValues): readonly number[] =>
  node === undefined ? [] : numbersOf({ node }, values)

const ranges = fc.array(
  fc.tuple(fc.nat(1), fc.nat(6), fc.nat(6)).map(([axis, a, c]): Range => {
    const start = Math.min(a, c)
    return { axis, start, length: Math.max(a, c) + 1 - start }
  }),
  { minLength: 1, maxLength: 6 },
)

describe('the gradient of slices', () => {
  const x = b.input('x', [7, 7])
  const values = {
    x: f32(
      [7, 7],
      Array.from({ length: 49 }, (_, i) => Math.sin(i)),
    ),
  }

  it('is the same as that of masks, whether the slices overlap, touch or leave gaps', () => {
    fc.assert(
      fc.property(ranges, (chosen) => {
        expectClose(numbers(slopes(x, chosen, false), values), numbers(slopes(x, chosen, true), values))
      }),
    )
  })

  it('joins 50 steps of a sequence by one concat, with nothing padded or added', () => {
    const sequence = b.input('sequence', ['B', 50, 4])
    const steps = Array.from({ length: 50 }, (_, step) => b.exp(b.slice(sequence, 1, step, 1)))
    const found = gradientNodes(b.sum(b.concat(steps, 1), [0, 1, 2]), [sequence])
    const made = operations(found)
    expect(made.filter((op) => op === 'concat')).toHaveLength(1)
    expect(made).not.toContain('pad')
    expect(made).not.toContain('add')
  })

  it('joins parts whose places are known by symbols', () => {
    const joined = b.input('joined', ['B', 'H+5'])
    const parts = [b.slice(joined, 1, 0, 'H'), b.slice(joined, 1, 'H', 2), b.slice(joined, 1, 'H+2', 3)]
    const made = operations(gradientNodes(total(parts.map(b.tanh)), [joined]))
    expect(made.filter((op) => op === 'concat')).toHaveLength(1)
    expect(made).not.toContain('pad')
  })

  it('puts zeros into a gap, and pads the ends', () => {
    const row = b.input('row', [9])
    const parts = [b.slice(row, 0, 6, 2), b.slice(row, 0, 1, 2)]
    const [found] = gradientNodes(total(parts), [row])
    const ones = {
      row: f32(
        [9],
        Array.from({ length: 9 }, () => 1),
      ),
    }
    expectClose(numbers(found, ones), [0, 1, 1, 0, 0, 0, 1, 1, 0])
  })
})
