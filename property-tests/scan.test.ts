/** A loop computes what its steps, written out one after the other, compute: values, first and second gradients. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as b from '../src/dsl/builder.js'
import { placeholder } from '../src/dsl/node.js'
import type { Node, Op } from '../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../src/dsl/program.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { closeLoop } from '../src/dsl/transformations/close-loop.js'
import { gradientNodes } from '../src/dsl/transformations/reverse-mode.js'
import { growth } from '../src/laws/arbitraries/growth.js'
import { smoothOps } from '../src/laws/arbitraries/program.js'
import { expectRight } from '../test/expect-either.js'
import { drawn } from '../test/support/evaluation.js'

const length = 3
const [rows, columns] = [2, 3]
const leaves = {
  h: b.input('h', [rows, columns]),
  x: b.input('x', [length, rows, columns]),
  w: b.parameter('w', [columns, columns]),
}
const outer = [leaves.w, b.matmul(leaves.w, leaves.w)]

interface Growth {
  readonly op: Op
  readonly x: number
  readonly y: number
  readonly choice: number
}

const ops = smoothOps.filter((op) => op !== 'randomUniform')
const growths = fc.array(
  fc.record({ op: fc.constantFrom(...ops), x: fc.nat(99), y: fc.nat(99), choice: fc.nat(11) }),
  { minLength: 1, maxLength: 6 },
)

const mean = (x: Node): Node => b.mean(b.sin(x), [...x.shape.keys()])

/** A step: of the carry and a slice, the next carry and an output. It may use the tensors around it. */
const stepOf =
  (drawnGrowths: readonly Growth[]) =>
  (h: Node, x: Node): readonly [next: Node, output: Node] => {
    const nodes = drawnGrowths.reduce<readonly Node[]>(
      (sofar, { op, x: at, y, choice }) => {
        const pick = (place: number): Node => sofar[place % sofar.length] ?? h
        const grown = growth[op]({
          x: pick(at),
          y: pick(y),
          whole: b.literal([1, 2], [2], 'i32'),
          truth: b.literal([1, 0], [2], 'bool'),
          key: b.literal([1, 2], [2], 'i32'),
          choice,
        })
        return grown.fault === undefined && grown.dtype === 'f32' ? [...sofar, grown] : sofar
      },
      [...outer, h, x, b.matmul(h, leaves.w)],
    )
    const last = nodes.at(-1) ?? h
    const next = b.tanh(b.add(b.scale(h, 0.7), b.add(nodes.map(mean).reduce(b.add), x)))
    return [next, last]
  }

const looped = (step: ReturnType<typeof stepOf>, reverse: boolean): readonly [Node, Node] => {
  const [h, x] = [placeholder('h', [rows, columns], 'f32'), placeholder('x', [rows, columns], 'f32')]
  const [next, output] = step(h, x)
  const { carries, stacked } = closeLoop({
    carries: [{ leaf: h, initial: leaves.h, next }],
    sequences: [{ leaf: x, of: leaves.x }],
    stacked: [output],
    length,
    reverse,
  })
  return [carries[0] ?? next, stacked[0] ?? output]
}

const unrolled = (step: ReturnType<typeof stepOf>, reverse: boolean): readonly [Node, Node] => {
  let h: Node = leaves.h
  const outputs: Node[] = []
  for (let i = 0; i < length; i += 1) {
    const position = reverse ? length - 1 - i : i
    const [next, output] = step(h, b.dropAxis(b.slice(leaves.x, 0, position, 1), 0))
    outputs[position] = b.expandDims(output, 0)
    h = next
  }
  return [h, b.concat(outputs, 0)]
}

const lossOf = ([carry, outputs]: readonly [Node, Node]): Node =>
  b.add(b.mean(b.mul(carry, carry), [0, 1]), mean(outputs))

const measured = (results: readonly [Node, Node]): Readonly<Record<string, Node>> => {
  const wrt = [leaves.h, leaves.x, leaves.w]
  const first = gradientNodes(lossOf(results), wrt)
  const slope = first.map((of) => b.sum(b.sin(of), [...of.shape.keys()])).reduce(b.add)
  const second = gradientNodes(slope, wrt)
  return Object.fromEntries([...results, ...first, ...second].map((node, i) => [`${i}`, node]))
}

const values = {
  h: drawn(1, [rows, columns]),
  x: drawn(2, [length, rows, columns]),
  w: drawn(3, [columns, columns], 0.5),
}

test('a loop over random steps equals its steps written out, in values, gradients and gradients of gradients', () => {
  fc.assert(
    fc.property(growths, fc.boolean(), (drawnGrowths, reverse) => {
      const step = stepOf(drawnGrowths)
      const [loop, plain] = [looped(step, reverse), unrolled(step, reverse)].map((results) =>
        expectRight(evaluate(expectRight(programOfNodes(measured(results))), values)),
      )
      for (const [name, { data }] of Object.entries(plain ?? {})) {
        const found = loop?.[name]?.data ?? []
        expect(found).toHaveLength(data.length)
        data.forEach((expected, i) => {
          expect(Math.abs((found[i] ?? Number.NaN) - expected)).toBeLessThan(1e-8 * (1 + Math.abs(expected)))
        })
      }
    }),
    { numRuns: 150 },
  )
})
