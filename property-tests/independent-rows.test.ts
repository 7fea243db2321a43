/** Rows that are shown to be computed by themselves: taken in parts, every program gives what it gives of all. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyTensor, Node } from '../src/dsl/index.js'
import {
  axis,
  broadcastTo,
  concat,
  einsum,
  evaluate,
  gather,
  input,
  linear,
  mean,
  parameter,
  programOfNodes,
  rearrange,
  slice,
  softmax,
  sum,
} from '../src/dsl/index.js'
import { dependentRows } from '../src/dsl/transformations/independent-rows.js'
import { arbitraryProgram } from '../src/laws/arbitraries/program.js'
import { expectRight } from '../test/expect-either.js'
import { expectClose } from '../test/support/evaluation.js'
import { takeRows, valuesOfRows } from '../test/support/row-parts.js'

const reason = ({ node }: Pick<AnyTensor, 'node'>): string | undefined => dependentRows([node], 'B')

const x = input('x', ['B', 4])
const y = input('y', ['B', 4])
const table = parameter('table', [4, 4])

describe('rows are shown to be independent', () => {
  it.each<readonly [string, AnyTensor]>([
    ['where each goes through the same layer', softmax(linear(x, table), -1)],
    ['in a product of batches', einsum('b e, b e -> b', x, y)],
    [
      'of two inputs side by side as one batch, parted again',
      slice(concat([x, y], 0), 0, axis(x, 0), axis(x, 0)),
    ],
    [
      'after axes that are split off and moved',
      sum(rearrange(linear(x, table), 'b (h e) -> h b e', { h: 2 }), 0),
    ],
    ['as ids into a table', gather(table, input('ids', ['B'], 'i32'), 0)],
    ['where all are the same', broadcastTo(table, [axis(x, 0), 4, 4])],
  ])('%s', (_, tensor) => expect(reason(tensor)).toBeUndefined())
})

describe('rows are not shown to be independent', () => {
  it.each<readonly [string, AnyTensor, string]>([
    ['in a mean over them', mean(x, 0), 'mean [4] reads across rows'],
    ['in a softmax over them', softmax(x, 0), 'softmax [B,4] reads across rows'],
    ['compared with each other', einsum('b e, c e -> b c', x, x), 'matmul [B,B] pairs rows with each other'],
    ['where a part of them is taken', slice(x, 0, 0, 2), 'slice [2,4] takes some rows and not others'],
    [
      'joined with something else',
      concat([x, parameter('more', [2, 4])], 0),
      'concat [B+2,4] joins rows with a value that has none',
    ],
    [
      'as they are joined, before they are parted',
      concat([x, y], 0),
      'concat [B+B,4] has its rows elsewhere than along its first axis',
    ],
  ])('%s', (_, tensor, why) => expect(reason(tensor)).toBe(why))
})

/** Nodes with rows of B that are shown to be independent. */
const independent = (nodes: readonly Node[]): readonly Node[] =>
  nodes.filter((node) => node.shape[0] === 'B' && dependentRows([node], 'B') === undefined)

describe('programs whose rows are shown to be independent', () => {
  it('give each row in a part what they give it in the whole batch', () => {
    let compared = 0
    fc.assert(
      fc.property(arbitraryProgram({ steps: 12 }), fc.nat(100), ({ program, values, sizes }, drawn) => {
        const rows = sizes['B'] ?? 1
        const row = drawn % rows
        for (const node of independent(Object.values<Node>(program.outputs))) {
          const of = expectRight(programOfNodes({ of: node }))
          const { of: all } = expectRight(evaluate(of, values, sizes))
          const alone = expectRight(evaluate(of, valuesOfRows(of, 'B', values, [row]), { ...sizes, B: 1 }))
          expectClose([...alone.of.data], [...takeRows(all, [row]).data], 1e-9)
          compared += rows > 1 ? 1 : 0
        }
      }),
      { numRuns: 600 },
    )
    expect(compared).toBeGreaterThan(50)
  })
})
