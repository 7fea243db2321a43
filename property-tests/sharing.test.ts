/** Sharing is never lost: a program of 2^30 paths is a program of 30 nodes, whatever is done with it. */
import { describe, expect, test } from 'vitest'
import * as b from '../src/dsl/builder.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { fromJson, toJson } from '../src/dsl/documents/json.js'
import { toDot } from '../src/dsl/documents/print-dot.js'
import { toText } from '../src/dsl/documents/print-text.js'
import type { Node } from '../src/dsl/primitives/primitive.js'
import { nodesOf, programOfNodes } from '../src/dsl/program.js'
import { gradientNodes } from '../src/dsl/transformations/reverse-mode.js'
import { expectRight } from '../test/expect-either.js'

const doublings = 30
const x = b.input('x', [])

/** Sums of a value with itself, 30 times: 2^30 paths lead from the result to x. */
const doubled = (): Node => Array.from({ length: doublings }).reduce<Node>((node) => b.add(node, node), x)

/** cos(x) · x, in which both lead to the same node: second derivatives multiply the paths once more. */
const waves = (): Node =>
  Array.from({ length: doublings }).reduce<Node>((node) => b.mul(b.cos(node), b.sin(node)), x)

const programOf = (y: Node) => expectRight(programOfNodes({ y }))
const at = { x: { dtype: 'f32', shape: [], data: Float64Array.of(0.5) } } as const

const inWellUnderASecond = (work: () => void): void => {
  const start = performance.now()
  work()
  expect(performance.now() - start).toBeLessThan(500)
}

describe('in well under a second, a program of 2^30 paths', () => {
  test('is built with one node per sum', () => {
    inWellUnderASecond(() => {
      expect(nodesOf(programOf(doubled()))).toHaveLength(doublings + 1)
    })
  })

  test('is evaluated', () => {
    inWellUnderASecond(() => {
      expect(expectRight(evaluate(programOf(doubled()), at)).y.data).toEqual(Float64Array.of(2 ** 29))
    })
  })

  test('is differentiated twice', () => {
    inWellUnderASecond(() => {
      const [first = x] = gradientNodes(waves(), [x])
      const [second = x] = gradientNodes(first, [x])
      expect(nodesOf(programOf(first)).length).toBeLessThan(20 * doublings)
      expect(nodesOf(programOf(second)).length).toBeLessThan(100 * doublings)
      const [slope = x] = gradientNodes(doubled(), [x])
      expect(expectRight(evaluate(programOf(slope), at)).y.data).toEqual(Float64Array.of(2 ** 30))
      expect(Number.isFinite(expectRight(evaluate(programOf(second), at)).y.data[0])).toBe(true)
    })
  })

  test('is printed and drawn', () => {
    inWellUnderASecond(() => {
      expect(toText(programOf(doubled())).split('\n')).toHaveLength(doublings + 5)
      expect(toDot(programOf(doubled())).length).toBeLessThan(10_000)
    })
  })

  test('is written as JSON and read back', () => {
    inWellUnderASecond(() => {
      const text = JSON.stringify(toJson(programOf(doubled())))
      expect(expectRight(fromJson(JSON.parse(text))).outputs['y']).toBe(doubled())
    })
  })
})
