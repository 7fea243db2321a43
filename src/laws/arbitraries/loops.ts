/** Random loops: steps of several forms, over one or two carries, sequences and captured tensors. */
import * as fc from 'fast-check'
import * as b from '../../dsl/builder.js'
import type { Dim, Shape } from '../../shapes/dim.js'
import type { Loop, Node } from '../../dsl/primitives/primitive.js'
import type { Recipe } from './recipe.js'
import { real, whole } from './values.js'
import type { World } from './world.js'
import { arbitraryDim, arbitraryShape } from './world.js'

/** A step over leaves with the names that a loop gives them, and the operands that they stand for. */
interface Step {
  readonly carries: readonly Node[]
  readonly stacked: Node
  readonly slots: Recipe<Loop>['slots']
  readonly sequences: number
}

type StepOf = (shape: Shape, width: Dim, length: Dim) => Step

const leaf = (name: string, shape: Shape): Node => b.input(name, shape)

/** h' = tanh(h / 2 + x): a sum that forgets. */
const leakySum: StepOf = (shape, _, length) => {
  const [h, x] = [leaf('carry.0', shape), leaf('slice.0', shape)]
  const next = b.tanh(b.add(b.scale(h, 0.5), x))
  return {
    carries: [next],
    stacked: b.mul(next, h),
    slots: [
      { shape, domain: real },
      { shape: [length, ...shape], domain: real },
    ],
    sequences: 1,
  }
}

/** h' = tanh(h w + x), with a captured matrix. */
const recurrent: StepOf = (shape, width, length) => {
  const rows: Shape = [...shape.slice(0, 1), width]
  const matrix = rows.length === 2 ? rows : [1, ...rows]
  const [h, x] = [leaf('carry.0', matrix), leaf('slice.0', matrix)]
  const next = b.tanh(b.add(b.matmul(h, leaf('captured.0', [width, width])), x))
  return {
    carries: [next],
    stacked: b.sum(next, [1]),
    slots: [matrix, [length, ...matrix], [width, width]].map((of) => ({ shape: of, domain: real })),
    sequences: 1,
  }
}

/** Two carries, a real one that reads the other and a whole one that counts; two sequences. */
const counted: StepOf = (shape, _, length) => {
  const [h, n] = [leaf('carry.0', shape), b.input('carry.1', [], 'i32')]
  const [x, k] = [leaf('slice.0', shape), b.input('slice.1', [], 'i32')]
  const next = b.add(b.sin(h), b.mul(x, b.sigmoid(b.cast(n, 'f32'))))
  return {
    carries: [next, b.add(n, k)],
    stacked: b.sub(h, x),
    slots: [
      { shape, domain: real },
      { shape: [], domain: whole },
      { shape: [length, ...shape], domain: real },
      { shape: [length], domain: whole },
    ],
    sequences: 2,
  }
}

/** A carry that stays as it is, and whole numbers that are handed on. */
const unchanged: StepOf = (shape, _, length) => ({
  carries: [leaf('carry.0', shape)],
  stacked: b.input('slice.0', shape, 'i32'),
  slots: [
    { shape, domain: real },
    { shape: [length, ...shape], domain: whole },
  ],
  sequences: 1,
})

/** No sequence: h' = cos(h c) with a captured c. */
const iterated: StepOf = (shape) => {
  const h = leaf('carry.0', shape)
  const next = b.cos(b.mul(h, leaf('captured.0', [])))
  return {
    carries: [next],
    stacked: next,
    slots: [shape, []].map((of) => ({ shape: of, domain: real })),
    sequences: 0,
  }
}

/** A loop that stops by itself: h' = sin(h) + c as long as a count is below a captured number. */
const stopping: StepOf = (shape) => {
  const [h, n] = [leaf('carry.0', shape), b.input('carry.1', [], 'i32')]
  const goesOn = b.less(n, b.input('captured.0', [], 'i32'))
  const next = b.where(goesOn, b.add(b.sin(h), leaf('captured.1', [])), h)
  return {
    carries: [next, b.where(goesOn, b.add(n, b.scalar(1, 'i32')), n)],
    stacked: next,
    slots: [
      { shape, domain: real },
      { shape: [], domain: whole },
      { shape: [], domain: whole },
      { shape: [], domain: real },
    ],
    sequences: 0,
  }
}

/** A random loop, and one of its results. */
export const arbitraryLoop = (world: World): fc.Arbitrary<Recipe<Loop>> =>
  fc
    .tuple(
      fc.constantFrom<StepOf>(leakySum, recurrent, counted, unchanged, iterated, stopping),
      arbitraryShape(world, 0, 2),
      arbitraryDim(world),
      arbitraryDim(world),
      fc.record({ reverse: fc.boolean(), stacks: fc.boolean(), place: fc.nat(3) }),
    )
    .map(([stepOf, shape, width, length, { reverse, stacks, place }]) => {
      const { carries, stacked, slots, sequences } = stepOf(shape, width, length)
      return {
        attributes: {
          carries,
          result: stacks ? { stacked } : { carry: place % carries.length },
          length,
          sequences,
          reverse,
        },
        slots,
      }
    })
