/** Threefry-2x32 (Salmon et al. 2011) in ONNX: the cipher of `dsl/random-key.ts`, on 32-bit unsigned tensors. */
import type { NodeOf } from '../../../dsl/primitives/primitive.js'
import { threefryConstants } from '../../../values/random-key.js'
import { productOfDims } from '../../../shapes/dim.js'
import { elementType, int, text } from './graph-writer.js'
import type { LoweringContext, LoweringRules, Value } from './lowering-rule.js'
import { reshaped } from './lowering-rule.js'
import { range } from './positions.js'

type Drawn = NodeOf<'randomBits' | 'randomUniform'>

/** Random bits [count] as uint32: element i is the first word of the cipher at the counter [0, i]. */
const drawnBits = ({ operands: [key], ...node }: Drawn, context: LoweringContext): string => {
  const { graph, whole, shape } = context
  const { rotations, parity, groups } = threefryConstants
  const number = (value: number): string => graph.constant('uint32', [value >>> 0])
  const unsigned = (name: string): string => graph.emit('Cast', [name], { to: elementType('uint32') })
  const add = (a: string, b: string): string => graph.emit('Add', [a, b])
  const xor = (a: string, b: string): string => graph.emit('BitwiseXor', [a, b])
  const shift = (x: string, direction: 'LEFT' | 'RIGHT', by: number): string =>
    graph.emit('BitShift', [x, number(by)], { direction: text(direction) })
  const rotate = (x: string, by: number): string =>
    graph.emit('BitwiseOr', [shift(x, 'LEFT', by), shift(x, 'RIGHT', 32 - by)])

  const words = unsigned(whole(key))
  const word = (position: number): string =>
    graph.emit('Gather', [words, graph.constant('int64', [position])], { axis: int(0) })
  const [k0, k1] = [word(0), word(1)]
  const k2 = xor(xor(k0, k1), number(parity))
  const keys = (i: number): string => [k0, k1, k2][i % 3] ?? k0

  const counters = range(context, productOfDims(shape(node)))
  let x0 = k0
  let x1 = add(unsigned(counters), k1)
  for (let group = 0; group < groups; group += 1) {
    for (const by of rotations[group % 2] ?? []) {
      x0 = add(x0, x1)
      x1 = xor(rotate(x1, by), x0)
    }
    x0 = add(x0, keys(group + 1))
    x1 = add(x1, add(keys(group + 2), number(group + 1)))
  }
  return x0
}

/** The drawn numbers [count] in the shape of the node. */
const shapedLike = (node: Drawn, name: string, context: LoweringContext): Value => {
  const shape = context.shape(node)
  return { name: reshaped(context, name, [productOfDims(shape)], shape), shape }
}

export const randomRules: LoweringRules<'randomBits' | 'randomUniform'> = {
  randomBits: (node, context) => {
    const { graph } = context
    const bits = graph.emit('Cast', [drawnBits(node, context)], { to: elementType('int32') })
    return shapedLike(node, bits, context)
  },
  randomUniform: (node, context) => {
    const { graph } = context
    const upper = graph.emit('BitShift', [drawnBits(node, context), graph.constant('uint32', [8])], {
      direction: text('RIGHT'),
    })
    const numbers = graph.emit('Cast', [upper], { to: elementType('float32') })
    const scaled = graph.emit('Mul', [numbers, graph.constant('float32', [2 ** -24])])
    return shapedLike(node, scaled, context)
  },
}
