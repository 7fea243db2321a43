/** Engines that compute one primitive wrongly. */
import * as b from '../../../src/dsl/builder.js'
import type { Node } from '../../../src/dsl/primitives/primitive.js'
import type { PlantedEngineFault } from './faulty-engine.js'
import { computing } from './faulty-engine.js'

const fault = (
  words: string,
  foundBy: string,
  instead: (node: Node) => Node | undefined,
): PlantedEngineFault => ({ fault: words, foundBy, engine: computing(instead) })

/** With eight bits after the point. */
const rounded = (x: Node): Node => b.scale(b.round(b.scale(x, 256)), 1 / 256)

export const wrongOperations: readonly PlantedEngineFault[] = [
  fault('softmax runs over the first axis', 'values: softmax', (node) =>
    node.op === 'softmax' && node.attributes.axis > 0 ? b.softmax(node.operands[0], 0) : undefined,
  ),
  fault(
    'logSumExp does not subtract the largest element',
    'tails: probabilities of large numbers',
    (node) => {
      if (node.op !== 'logSumExp') return undefined
      const { axes, keepDims } = node.attributes
      // The reference computes in float64; float32 overflows beyond 88.
      const x = node.operands[0]
      const exps = b.where(b.less(b.scalar(88), x), b.scalar(Infinity), b.exp(x))
      return b.log(b.sum(exps, axes, keepDims))
    },
  ),
  fault('logSoftmax is the logarithm of softmax', 'tails: probabilities of large numbers', (node) =>
    node.op === 'logSoftmax' ? b.log(b.softmax(node.operands[0], node.attributes.axis)) : undefined,
  ),
  fault('cumsum runs from the end', 'values: cumsum', (node) =>
    node.op === 'cumsum'
      ? b.cumsum(node.operands[0], node.attributes.axis, {
          exclusive: node.attributes.exclusive,
          reverse: !node.attributes.reverse,
        })
      : undefined,
  ),
  fault('an exclusive cumsum includes the element itself', 'values: cumsum', (node) =>
    node.op === 'cumsum' && node.attributes.exclusive
      ? b.cumsum(node.operands[0], node.attributes.axis, { reverse: node.attributes.reverse })
      : undefined,
  ),
  fault('slice starts one position too early', 'values: slice', (node) => {
    if (node.op !== 'slice') return undefined
    const { axis, start, length } = node.attributes
    return typeof start === 'number' && start > 0
      ? b.slice(node.operands[0], axis, start - 1, length)
      : undefined
  }),
  fault('pad fills with zeros, whatever value is wanted', 'values: pad', (node) =>
    node.op === 'pad'
      ? b.padTo(node.operands[0], node.attributes.axis, node.attributes.before, node.attributes.size)
      : undefined,
  ),
  fault('gather takes the row before', 'values: gather', (node) =>
    node.op === 'gather'
      ? b.gather(
          node.operands[0],
          b.maximum(b.sub(node.operands[1], b.scalar(1, 'i32')), b.scalar(0, 'i32')),
          node.attributes.axis,
        )
      : undefined,
  ),
  fault(
    'scatterAdd keeps the largest of the updates that meet',
    'size: 20,000 updates that meet in three rows',
    (node) =>
      node.op === 'scatterAdd'
        ? b.scatterMax(node.operands[0], node.operands[1], node.attributes.axis, node.attributes.size, 0)
        : undefined,
  ),
  fault('argMax gives the position of the smallest', 'values: argMax', (node) =>
    node.op === 'argMax' ? b.argMax(b.neg(node.operands[0]), node.attributes.axis) : undefined,
  ),
  fault('argSort ignores the wanted direction', 'values: argSort', (node) =>
    node.op === 'argSort' && node.attributes.descending
      ? b.argSort(node.operands[0], node.attributes.axis, false)
      : undefined,
  ),
  fault('matmul rounds its operands to eight bits after the point', 'values: matmul', (node) =>
    node.op === 'matmul' ? b.matmul(rounded(node.operands[0]), rounded(node.operands[1])) : undefined,
  ),
  fault('gelu is the approximation by tanh', 'values: gelu', (node) => {
    if (node.op !== 'gelu') return undefined
    const x = node.operands[0]
    const cubic = b.add(x, b.scale(b.mul(x, b.mul(x, x)), 0.044715))
    return b.mul(b.scale(x, 0.5), b.add(b.tanh(b.scale(cubic, Math.sqrt(2 / Math.PI))), b.scalar(1)))
  }),
  fault('layerNorm takes twice its epsilon', 'values: layerNorm', (node) =>
    node.op === 'layerNorm'
      ? b.layerNorm(node.operands[0], node.operands[1], node.operands[2], 2 * node.attributes.epsilon)
      : undefined,
  ),
  fault('expm1 is exp minus 1', 'tails: expm1', (node) =>
    node.op === 'expm1' ? b.sub(b.exp(node.operands[0]), b.scalar(1)) : undefined,
  ),
  fault('log1p is the logarithm of 1 + x', 'tails: log1p', (node) =>
    node.op === 'log1p' ? b.log(b.add(node.operands[0], b.scalar(1))) : undefined,
  ),
  fault('sigmoid is cut off at -20', 'tails: log of sigmoid', (node) =>
    node.op === 'sigmoid' ? b.sigmoid(b.maximum(node.operands[0], b.scalar(-20))) : undefined,
  ),
  fault(
    'round rounds halves up instead of to even',
    'special values: halves in round, floor and casts',
    (node) => (node.op === 'round' ? b.floor(b.add(node.operands[0], b.scalar(0.5))) : undefined),
  ),
  fault('mod has the sign of the dividend', 'values: mod', (node) =>
    node.op === 'mod' && node.dtype === 'f32'
      ? b.mul(b.sign(node.operands[0]), b.mod(b.abs(node.operands[0]), b.abs(node.operands[1])))
      : undefined,
  ),
  fault('relu turns NaN into 0', 'special values: pairs of NaN, infinities and zeros', (node) =>
    node.op === 'relu'
      ? b.where(b.less(b.scalar(0), node.operands[0]), node.operands[0], b.scalar(0))
      : undefined,
  ),
  fault('maximum leaves out NaN', 'special values: pairs of NaN, infinities and zeros', (node) =>
    node.op === 'maximum' && node.dtype === 'f32'
      ? b.where(b.less(node.operands[0], node.operands[1]), node.operands[1], node.operands[0])
      : undefined,
  ),
  fault('where takes the other operand', 'values: where', (node) =>
    node.op === 'where' ? b.where(b.not(node.operands[0]), node.operands[1], node.operands[2]) : undefined,
  ),
  fault('max begins with 0', 'values: max', (node) =>
    node.op === 'max'
      ? b.maximum(
          b.max(node.operands[0], node.attributes.axes, node.attributes.keepDims),
          b.scalar(0, node.dtype === 'i32' ? 'i32' : 'f32'),
        )
      : undefined,
  ),
  fault('a cast to integers rounds instead of truncating', 'element types: cast', (node) =>
    node.op === 'cast' && node.dtype === 'i32' && node.operands[0].dtype === 'f32'
      ? b.cast(b.round(node.operands[0]), 'i32')
      : undefined,
  ),
  fault('iota begins with 1', 'values: iota', (node) =>
    node.op === 'iota' ? b.add(node, b.scalar(1, 'i32')) : undefined,
  ),
  fault(
    'random bits are those of the next key',
    'determinism: random bits are those of the oracle',
    (node) =>
      node.op === 'randomBits'
        ? b.randomBits(b.add(node.operands[0], b.scalar(1, 'i32')), node.attributes.shape)
        : undefined,
  ),
  fault('linearRecurrence ignores that it runs from the end', 'values: linearRecurrence', (node) =>
    node.op === 'linearRecurrence' && node.attributes.reverse
      ? b.linearRecurrence(node.operands[0], node.operands[1], node.attributes.axis, false)
      : undefined,
  ),
  fault('log of numbers below 1 is positive', 'gradients: pow', (node) =>
    node.op === 'log' ? b.abs(node) : undefined,
  ),
  fault('a sum leaves out what comes after 65,536 elements', 'size: long axes, with ties', (node) => {
    if (node.op !== 'sum') return undefined
    const { axes, keepDims } = node.attributes
    const [x] = node.operands
    const long = axes.find((axis) => {
      const dim = x.shape[axis]
      return typeof dim === 'number' && dim > 65_536
    })
    return long === undefined ? undefined : b.sum(b.slice(x, long, 0, 65_536), axes, keepDims)
  }),
  fault('the square of tanh is rounded where it is fused', 'second gradients: tanh', (node) =>
    node.op === 'mul' && node.operands[0] === node.operands[1] && node.operands[0].op === 'tanh'
      ? rounded(node)
      : undefined,
  ),
  fault('conv2d turns its kernel around', 'values: conv2d', (node) => {
    if (node.op !== 'conv2d') return undefined
    const [x, kernel] = node.operands
    const width = kernel.shape[3]
    if (typeof width !== 'number') return undefined
    const turned = b.literal(
      Array.from({ length: width }, (_, i) => width - 1 - i),
      [width],
      'i32',
    )
    return b.conv2d(x, b.gather(kernel, turned, 3), node.attributes)
  }),
]
