/**
 * Fused primitives, defined in smaller primitives. An engine that lacks a fused primitive computes its definition;
 * property tests check that both give the same.
 */
import * as b from '../builder.js'
import * as E from 'fp-ts/lib/Either.js'
import { divideDims, productOfDims } from '../../shapes/dim.js'
import { dispatch } from '../node.js'
import { exponentialShift } from './exponential-shift.js'
import type { Convolution, Node, NodeOf } from './primitive.js'

const { add, sub, mul, div, exp } = b

const one = (x: Node): Node => b.scalarLike(x, 1)

const logSumExp = (x: Node, axes: readonly number[]): Node => {
  const shift = exponentialShift(x, axes)
  return add(b.log(b.sum(exp(sub(x, shift)), axes, true)), shift)
}

const meanOf = (x: Node, axes: readonly number[], keepDims: boolean): Node =>
  div(b.sum(x, axes, keepDims), b.countAlong(x, axes))

/** floor(x / 256) of integers of any sign, with a division that truncates. */
const upperBits = (x: Node): Node => {
  const by = b.scalarLike(x, 256)
  const complement = sub(b.scalarLike(x, -1), x)
  const below = sub(b.scalarLike(x, -1), div(complement, by))
  return b.where(b.less(x, b.scalarLike(x, 0)), below, div(x, by))
}

/** For each output position and each kernel element, the input position that it reads; `sizes.input` if it reads padding. */
const windows = (
  { stride, padding, dilation, inputDilation }: Convolution,
  axis: 0 | 1,
  sizes: { readonly input: number; readonly kernel: number; readonly output: number },
): Node => {
  const ids = Array.from({ length: sizes.output * sizes.kernel }, (_, i) => {
    const [place, element] = [Math.floor(i / sizes.kernel), i % sizes.kernel]
    const spread = place * stride[axis] + element * dilation[axis] - padding[axis][0]
    const position = spread / inputDilation[axis]
    return Number.isInteger(position) && position >= 0 && position < sizes.input ? position + 0 : sizes.input
  })
  return b.literal(ids, [ids.length], 'i32')
}

/** A convolution as one matrix product for each group: rows are windows of the images, columns are kernels (im2col). */
const conv2d = ({ attributes, operands: [images, kernels], shape }: NodeOf<'conv2d'>): Node => {
  const { groups } = attributes
  const [batch = 1] = images.shape
  const [outputs = 1, inGroup = 1] = kernels.shape
  const [rows, columns] = ([0, 1] as const).map((axis) => ({
    input: Number(images.shape[axis + 2]),
    kernel: Number(kernels.shape[axis + 2]),
    output: Number(shape[axis + 2]),
  }))
  const outputsInGroup = divideDims(outputs, groups)
  if (rows === undefined || columns === undefined || E.isLeft(outputsInGroup)) return images
  const framed = b.pad(b.pad(images, 2, 0, 1), 3, 0, 1)
  const ofRows = b.gather(framed, windows(attributes, 0, rows), 2)
  const ofAll = b.gather(ofRows, windows(attributes, 1, columns), 3)
  const windowsOf = [rows.output, rows.kernel, columns.output, columns.kernel]
  const split = b.reshape(ofAll, [batch, groups, inGroup, ...windowsOf])
  const places = [batch, rows.output, columns.output]
  const elements = productOfDims([inGroup, rows.kernel, columns.kernel])
  const patches = b.reshape(b.transpose(split, [1, 0, 3, 5, 2, 4, 6]), [
    groups,
    productOfDims(places),
    elements,
  ])
  const product = b.matmul(
    patches,
    b.transposeLast(b.reshape(kernels, [groups, outputsInGroup.right, elements])),
  )
  const grouped = b.reshape(product, [groups, ...places, outputsInGroup.right])
  return b.reshape(b.transpose(grouped, [1, 0, 4, 2, 3]), shape)
}

/** Primitives that exist only for speed: each is defined in smaller primitives. */
type FusedOp =
  | 'rsqrt'
  | 'sigmoid'
  | 'relu'
  | 'gelu'
  | 'softplus'
  | 'mean'
  | 'logSumExp'
  | 'softmax'
  | 'logSoftmax'
  | 'layerNorm'
  | 'conv2d'
  | 'randomUniform'

/** For each fused primitive, the same value computed without that primitive. */
export const definitions: { readonly [K in FusedOp]: (node: NodeOf<K>) => Node } = {
  rsqrt: ({ operands: [x] }) => div(one(x), b.sqrt(x)),
  /** 1 / (1 + e⁻ˣ) */
  sigmoid: ({ operands: [x] }) => div(one(x), add(one(x), exp(b.neg(x)))),
  relu: ({ operands: [x] }) => b.maximum(x, b.scalarLike(x, 0)),
  /** x Φ(x), with Φ(x) = (1 + erf(x / √2)) / 2 (Hendrycks & Gimpel 2016). */
  gelu: ({ operands: [x] }) => mul(x, b.scale(add(one(x), b.erf(b.scale(x, Math.SQRT1_2))), 0.5)),
  /** max(x, 0) + ln(1 + e^-|x|): neither overflows nor loses digits on either side. */
  softplus: ({ operands: [x] }) => add(b.maximum(x, b.scalarLike(x, 0)), b.log1p(exp(b.neg(b.abs(x))))),

  mean: ({ attributes: { axes, keepDims }, operands: [x] }) => meanOf(x, axes, keepDims),
  logSumExp: (node) => b.reshape(logSumExp(node.operands[0], node.attributes.axes), node.shape),
  /** eˣ / Σ eˣ */
  softmax: ({ attributes: { axis }, operands: [x] }) => {
    const positive = exp(sub(x, exponentialShift(x, [axis])))
    return div(positive, b.sum(positive, [axis], true))
  },
  /** x - ln Σ eˣ, both less the largest element, which would swallow the logarithm where it is large. */
  logSoftmax: ({ attributes: { axis }, operands: [x] }) => {
    const below = sub(x, exponentialShift(x, [axis]))
    return sub(below, b.log(b.sum(exp(below), [axis], true)))
  },
  /** (x - mean) / sqrt(variance + ε) · gain + bias (Ba et al. 2016, eq. 3 and 4). */
  layerNorm: ({ attributes: { epsilon }, operands: [x, gain, bias] }) => {
    const last = [x.shape.length - 1]
    const centred = sub(x, meanOf(x, last, true))
    const variance = meanOf(mul(centred, centred), last, true)
    const normal = div(centred, b.sqrt(add(variance, b.scalarLike(x, epsilon))))
    return add(mul(normal, gain), bias)
  },

  conv2d,
  /** The upper 24 of 32 bits, as a fraction. */
  randomUniform: ({ attributes: { shape }, operands: [key] }) => {
    const upper = upperBits(b.randomBits(key, shape))
    const zero = b.scalarLike(upper, 0)
    const unsigned = b.where(b.less(upper, zero), add(upper, b.scalarLike(upper, 2 ** 24)), upper)
    return b.scale(b.cast(unsigned, 'f32'), 2 ** -24)
  },
}

const isFused = (node: Node): node is Extract<Node, { readonly op: FusedOp }> =>
  Object.hasOwn(definitions, node.op)

/** The definition of a node whose primitive is fused; undefined for any other. */
export const definitionOf = (node: Node): Node | undefined =>
  isFused(node) ? dispatch(definitions, node) : undefined
