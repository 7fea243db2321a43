/** Random well-typed programs over all primitives, with values to run them on. */
import * as E from 'fp-ts/lib/Either.js'
import * as R from 'fp-ts/lib/Record.js'
import * as fc from 'fast-check'
import * as b from '../../dsl/builder.js'
import type { NamedValues } from '../../values/named-values.js'
import { explainFault } from '../../dsl/fault.js'
import type { Node, Op } from '../../dsl/primitives/primitive.js'
import { programOfNodes } from '../../dsl/program.js'
import type { DType } from '../../values/value.js'
import { topologicalOrder } from '../../dsl/walk.js'
import { growth } from './growth.js'
import type { Runnable } from './runnable.js'
import { readable } from './runnable.js'
import { arbitraryValues, real, truth, whole, word } from './values.js'
import type { World } from './world.js'
import { arbitraryShape, arbitraryWorld, sizeIn } from './world.js'

export interface ProgramOptions {
  /** Primitives to grow by; by default all. The few that keep numbers finite may appear besides. */
  readonly ops?: readonly Op[]
  /** Most steps of growth; by default 12. */
  readonly steps?: number
}

/** Primitives that have slopes everywhere, for programs whose gradients are compared with differences. */
export const smoothOps: readonly Op[] = [
  ...(['constant', 'literal', 'dimSize', 'neg', 'exp', 'log', 'sqrt', 'rsqrt', 'sin', 'cos'] as const),
  ...(['tanh', 'erf', 'sigmoid', 'gelu', 'add', 'sub', 'mul', 'div', 'pow', 'matmul', 'transpose'] as const),
  ...(['reshape', 'broadcastTo', 'concat', 'slice', 'pad', 'sum', 'mean', 'logSumExp'] as const),
  ...(['softmax', 'logSoftmax', 'layerNorm', 'conv2d', 'randomUniform', 'randomNormal', 'scan'] as const),
  ...(['expm1', 'log1p', 'softplus', 'prod', 'withGradient'] as const),
]

interface Leaves {
  readonly nodes: readonly Node[]
  readonly values: NamedValues
}

/** Leaves of every element type; `key` among them. */
const arbitraryLeaves = (world: World): fc.Arbitrary<Leaves> =>
  fc
    .tuple(
      arbitraryShape(world, 0, 2),
      arbitraryShape(world, 0, 3),
      arbitraryShape(world, 1, 2),
      arbitraryShape(world, 1, 2),
    )
    .chain(([x, weight, ids, mask]) => {
      const wanted = [
        { node: b.input('x', x), domain: real },
        { node: b.parameter('w', weight), domain: real },
        { node: b.input('ids', ids, 'i32'), domain: whole },
        { node: b.input('mask', mask, 'bool'), domain: truth },
        { node: b.input('key', [2], 'i32'), domain: word },
        { node: b.input('another', [2]), domain: real },
        { node: b.parameter('weight', [3]), domain: real },
      ]
      return arbitraryValues(
        wanted.map(({ node, domain }) => ({ shape: node.shape.map((dim) => sizeIn(world, dim)), domain })),
        'smooth',
      ).map((values) => ({
        nodes: wanted.map(({ node }) => node),
        values: Object.fromEntries(
          wanted.flatMap(({ node }, i) => {
            const value = values[i]
            return value !== undefined && 'name' in node.attributes ? [[node.attributes.name, value]] : []
          }),
        ),
      }))
    })

interface Step {
  readonly op: Op
  readonly x: number
  readonly y: number
  readonly other: number
  readonly choice: number
}

const arbitraryStep = (ops: readonly Op[]): fc.Arbitrary<Step> => {
  const pick = fc.nat(999)
  return fc.record({ op: fc.constantFrom(...ops), x: pick, y: pick, other: pick, choice: fc.nat(11) })
}

/** The nodes and one more, unless the primitive cannot be used on what is picked. */
const grow = (nodes: readonly Node[], { op, x, y, other, choice }: Step): readonly Node[] => {
  const pick = (dtype: DType, at: number): Node => {
    const fitting = nodes.filter((node) => node.dtype === dtype)
    // Late nodes are picked as often as all others together, so that programs grow deep.
    const recent = at % 2 === 0 ? fitting.slice(-3) : fitting
    return recent[at % recent.length] ?? b.scalar(0, dtype)
  }
  const grown = growth[op]({
    x: pick('f32', x),
    y: pick('f32', y),
    whole: pick('i32', other),
    truth: pick('bool', other),
    key: b.input('key', [2], 'i32'),
    choice,
  })
  return grown.fault === undefined ? [...nodes, grown] : nodes
}

const runnable = <O extends string>(
  world: World,
  { values }: Leaves,
  outputs: Readonly<Record<O, Node>>,
): Runnable<O> => {
  const program = programOfNodes(outputs)
  if (E.isLeft(program)) throw new Error(`grown program: ${explainFault(program.left)}`)
  const { inputs, parameters } = program.right
  const needed = new Set([...inputs, ...parameters].map(({ attributes }) => attributes.name))
  return readable({
    program: program.right,
    values: R.filterWithIndex((name: string) => needed.has(name))(values),
    sizes: world.sizes,
  })
}

const grownNodes = ({ ops = R.keys(growth), steps = 12 }: ProgramOptions) =>
  arbitraryWorld(false, false).chain((world) =>
    fc
      .tuple(arbitraryLeaves(world), fc.array(arbitraryStep(ops), { minLength: 1, maxLength: steps }))
      .map(([leaves, drawn]) => ({
        world,
        leaves,
        nodes: drawn.reduce<readonly Node[]>(grow, leaves.nodes),
      })),
  )

/** The nodes that are no operand of another one. */
const ends = (nodes: readonly Node[]): readonly Node[] => {
  const used = new Set(topologicalOrder(nodes).flatMap(({ operands }): readonly Node[] => operands))
  return nodes.filter((node) => !used.has(node))
}

/**
 * A random program. Its outputs `out0`, `out1`, ... are all that nothing else is made of.
 *
 * @example
 * fc.property(arbitraryProgram(), ({ program }) => E.isRight(fromJson(toJson(program))))
 */
export const arbitraryProgram = (options: ProgramOptions = {}): fc.Arbitrary<Runnable> =>
  grownNodes(options).map(({ world, leaves, nodes }) =>
    runnable(
      world,
      leaves,
      Object.fromEntries(ends(nodes).map((node, i): [string, Node] => [`out${i}`, node])),
    ),
  )

/** A random program whose output `loss` is a real scalar that depends on all that was grown. */
export const arbitraryLoss = (options: ProgramOptions = {}): fc.Arbitrary<Runnable<'loss'>> =>
  grownNodes(options).map(({ world, leaves, nodes }) => {
    const means = nodes
      .filter(({ dtype }) => dtype === 'f32')
      .map((node) => b.mean(b.sin(node), [...node.shape.keys()]))
    return runnable(world, leaves, { loss: means.reduce(b.add, b.scalar(0)) })
  })
