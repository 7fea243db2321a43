/**
 * The batching rule of every primitive: from a node of one example to the node of many, with the examples along a new
 * first axis. `transformations/vmap.ts` walks the graph.
 *
 * A rule keeps the work in one operation of the same kind: a product of matrices stays one, images of all examples are
 * convolved at once. Operands that no example influences are used as they are, by all examples.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../builder.js'
import type { Dim, Shape } from '../../shapes/dim.js'
import { divideDims, multiplyDims } from '../../shapes/dim.js'
import { anyNode } from '../erasure.js'
import { faulty, node as makeNode } from '../node.js'
import { definitions } from './definitions.js'
import { stepLeaves } from './loop.js'
import { gradientLeaves } from './own-gradient.js'
import type { Node, NodeOf, Op } from './primitive.js'
import { forElementwise } from './elementwise-ops.js'

/** What a rule knows of the operands of its node. */
export interface Batching {
  /** How many examples there are. */
  readonly size: Dim
  /** [size, ...S]: an operand of shape S for every example; undefined for one that is the same for all. */
  readonly varying: (operand: Node) => Node | undefined
  /** The same, repeated along the first axis if it is the same for all. */
  readonly repeated: (operand: Node) => Node
  /** A node that is made of the operands, for every example: for primitives that have a definition in others. */
  readonly batch: (node: Node) => Node
  /** Expressions over leaves of their own, for every example, given what stands for the leaves of one. */
  readonly batchStep: (roots: readonly Node[], examples: ReadonlyMap<Node, Node>) => readonly Node[]
}

type BatchingRule<K extends Op> = (node: NodeOf<K>, batching: Batching) => Node

// ---- shapes

const ones = (count: number): Shape => Array.from({ length: count }, () => 1)

/** Axes of size 1 after the examples, so that each example has this rank: what broadcasting does without examples. */
const withRank = (x: Node, rank: number): Node =>
  b.reshape(x, [...x.shape.slice(0, 1), ...ones(rank + 1 - x.shape.length), ...x.shape.slice(1)])

/** Moves `count` axes from `from` to the front of the others, behind the first `after` axes. */
const moveAxes = (x: Node, from: number, count: number, to: number): Node => {
  const axes = [...x.shape.keys()]
  const moved = axes.splice(from, count)
  axes.splice(to, 0, ...moved)
  return b.transpose(x, axes)
}

/** The two first axes as one. */
const mergeFirst = (x: Node): Node => {
  const [first = 1, second = 1, ...rest] = x.shape
  return b.reshape(x, [multiplyDims(first, second), ...rest])
}

/** The first axis as two. */
const splitFirst = (x: Node, first: Dim, second: Dim): Node =>
  b.reshape(x, [first, second, ...x.shape.slice(1)])

const later = (axes: readonly number[]): readonly number[] => axes.map((axis) => axis + 1)

// ---- rules that several primitives share

/** A leaf has no operands, so no example influences it. */
const leaf = <K extends Op>(node: NodeOf<K>): Node => anyNode(node)

const elementwise: BatchingRule<Op> = (node, { varying }) =>
  b.withOperands(
    anyNode(node),
    node.operands.map((operand) => {
      const examples = varying(operand)
      return examples === undefined ? operand : withRank(examples, node.shape.length)
    }),
  )

const reduction =
  (reduce: (x: Node, axes: readonly number[], keepDims: boolean) => Node) =>
  (
    { attributes: { axes, keepDims }, operands: [x] }: NodeOf<'sum' | 'mean' | 'max' | 'prod' | 'logSumExp'>,
    { repeated }: Batching,
  ): Node =>
    reduce(repeated(x), later(axes), keepDims)

const along =
  (apply: (x: Node, axis: number) => Node) =>
  (
    { attributes: { axis }, operands: [x] }: NodeOf<'softmax' | 'logSoftmax' | 'argMax'>,
    { repeated }: Batching,
  ): Node =>
    apply(repeated(x), axis + 1)

// ---- rules of one primitive

/** Gain and bias that differ from example to example are applied after the normalisation. */
const layerNorm = (node: NodeOf<'layerNorm'>, { varying }: Batching): Node => {
  const [x, gain, bias] = node.operands
  const { epsilon } = node.attributes
  const [examples, gains, biases] = [varying(x), varying(gain), varying(bias)]
  const normalised = examples ?? x
  if (gains === undefined && biases === undefined) return b.layerNorm(normalised, gain, bias, epsilon)
  const aligned = (of: Node): Node => withRank(of, x.shape.length)
  const one = b.full(gain.shape, 1)
  const zero = b.full(bias.shape, 0)
  const scaled =
    gains === undefined
      ? b.layerNorm(normalised, gain, zero, epsilon)
      : b.mul(b.layerNorm(normalised, one, zero, epsilon), aligned(gains))
  return b.add(scaled, biases === undefined ? bias : aligned(biases))
}

/** Indices of the examples into their tables, laid one after the other: index i of example n is i + n · size. */
const intoAll = (ids: Node, examples: Dim, size: Dim): Node => {
  const starts = b.mul(b.iota([examples], 0), b.dimSize(size, 'i32'))
  return b.add(ids, b.reshape(starts, [examples, ...ones(ids.shape.length - 1)]))
}

const gather = (
  { attributes: { axis }, operands: [table, ids] }: NodeOf<'gather'>,
  { size, varying }: Batching,
): Node => {
  const [tables, indices] = [varying(table), varying(ids)]
  if (indices === undefined) return b.gather(tables ?? table, ids, axis + 1)
  if (tables === undefined) return moveAxes(b.gather(table, indices, axis), axis, 1, 0)
  const rows = table.shape[axis] ?? 1
  const flat = mergeFirst(moveAxes(tables, axis + 1, 1, 1))
  const taken = b.gather(flat, intoAll(indices, size, rows), 0)
  return moveAxes(taken, 1, ids.shape.length, axis + 1)
}

const scattering =
  (scatter: (updates: Node, ids: Node, axis: number, size: Dim) => Node) =>
  (node: NodeOf<'scatterAdd' | 'scatterMax'>, { size, varying, repeated }: Batching): Node => {
    const { axis, size: rows } = node.attributes
    const [updates, ids] = node.operands
    const indices = varying(ids)
    if (indices === undefined) return scatter(repeated(updates), ids, axis + 1, rows)
    const moved = moveAxes(repeated(updates), axis + 1, ids.shape.length, 1)
    const all = scatter(moved, intoAll(indices, size, rows), 0, multiplyDims(size, rows))
    return moveAxes(splitFirst(all, size, rows), 1, 1, axis + 1)
  }

/** [B, size, outputs, ...] from a convolution whose outputs are those of all examples. */
const splitOutputs = (convolved: Node, ...outputs: Shape): Node =>
  b.reshape(convolved, [...convolved.shape.slice(0, 1), ...outputs, ...convolved.shape.slice(2)])

/** Kernels of all examples are the outputs of one convolution. Within a group, the outputs of the examples follow each other. */
const convolvedWithAll = (node: NodeOf<'conv2d'>, allKernels: Node, size: Dim): Node => {
  const [images, kernels] = node.operands
  const { groups } = node.attributes
  const [outputs = 1, ...ofKernel] = kernels.shape
  const inGroup = divideDims(outputs, groups)
  if (E.isLeft(inGroup)) return faulty('conv2d', inGroup.left, [images, kernels])
  const grouped = moveAxes(b.reshape(allKernels, [size, groups, inGroup.right, ...ofKernel]), 1, 1, 0)
  const all = b.reshape(grouped, [multiplyDims(outputs, size), ...ofKernel])
  const convolved = splitOutputs(b.conv2d(images, all, node.attributes), groups, size, inGroup.right)
  const first = moveAxes(convolved, 2, 1, 0)
  return b.reshape(first, [size, images.shape[0] ?? 1, outputs, ...node.shape.slice(2)])
}

/**
 * Images of all examples are one batch. If images and kernels vary, each example is a group of one convolution; where a
 * symbol counts the examples, it is a product of matrices with the windows of the images, as the definition says.
 */
const conv2d = (node: NodeOf<'conv2d'>, { size, varying, batch }: Batching): Node => {
  const [images, kernels] = node.operands
  const [allImages, allKernels] = [varying(images), varying(kernels)]
  if (allKernels === undefined) {
    const convolved = b.conv2d(mergeFirst(allImages ?? images), kernels, node.attributes)
    return splitFirst(convolved, size, images.shape[0] ?? 1)
  }
  if (allImages === undefined) return convolvedWithAll(node, allKernels, size)
  if (typeof size !== 'number' || size === 0) return batch(definitions.conv2d(node))
  const [batchSize = 1, channels = 1, ...places] = images.shape
  const sideBySide = b.reshape(moveAxes(allImages, 0, 1, 1), [
    batchSize,
    multiplyDims(size, channels),
    ...places,
  ])
  const groups = size * node.attributes.groups
  const convolved = b.conv2d(sideBySide, mergeFirst(allKernels), { ...node.attributes, groups })
  return moveAxes(splitOutputs(convolved, size, kernels.shape[0] ?? 1), 1, 1, 0)
}

/** One loop over all examples: its step is that of every example at once. Sequences that vary keep time as first axis. */
const scan = (node: NodeOf<'scan'>, { size, varying, repeated, batchStep }: Batching): Node => {
  const { carries, result, sequences, ...others } = node.attributes
  const isCarry = (i: number): boolean => i < carries.length
  const isSequence = (i: number): boolean => !isCarry(i) && i < carries.length + sequences
  const operands = node.operands.map((operand, i) => {
    const examples = isCarry(i) ? repeated(operand) : varying(operand)
    return examples !== undefined && isSequence(i) ? moveAxes(examples, 0, 1, 1) : (examples ?? operand)
  })
  const examples = new Map(
    stepLeaves(node).flatMap(({ name, shape, dtype }, i): readonly (readonly [Node, Node])[] =>
      operands[i] === node.operands[i] && !isCarry(i)
        ? []
        : [[b.input(name, shape, dtype), b.input(name, [size, ...shape], dtype)]],
    ),
  )
  const step = (roots: readonly Node[]): readonly Node[] => batchStep(roots, examples)
  const attributes = { ...others, sequences, carries: step(carries) }
  if ('carry' in result) return makeNode('scan', { ...attributes, result }, operands)
  const [stacked = result.stacked] = step([result.stacked])
  return moveAxes(makeNode('scan', { ...attributes, result: { stacked } }, operands), 1, 1, 0)
}

/** The gradient of all examples at once. To an input that is the same for all, the gradients of all examples are added. */
const withGradient = (
  node: NodeOf<'withGradient'>,
  { size, varying, repeated, batchStep }: Batching,
): Node => {
  const [value, ...others] = node.operands
  const examples = new Map(
    gradientLeaves(node).flatMap(({ name, shape, dtype, place }): readonly (readonly [Node, Node])[] => {
      const operand = node.operands[place ?? 0]
      return place === undefined || (operand !== undefined && varying(operand) !== undefined)
        ? [[b.input(name, shape, dtype), b.input(name, [size, ...shape], dtype)]]
        : []
    }),
  )
  const cotangents = batchStep(node.attributes.cotangents, examples).map((all, i) => {
    const input = others[i]
    return input !== undefined && varying(input) === undefined ? b.sum(all, [0]) : all
  })
  return makeNode('withGradient', { cotangents }, [
    repeated(value),
    ...others.map((operand) => varying(operand) ?? operand),
  ])
}

/** Draws from the key of each example by itself, so that an example has the numbers that it would have alone. */
const drawn =
  (draw: (key: Node, shape: Shape) => Node) =>
  (node: NodeOf<'randomBits' | 'randomUniform' | 'randomNormal'>, { size, repeated }: Batching): Node => {
    const { shape } = node.attributes
    const keys = repeated(node.operands[0])
    if (typeof size !== 'number') {
      return faulty(
        'vmap',
        `vmap: ${node.op} with a key for each example needs a literal number of examples, got '${size}'; draw for all examples from one key, outside`,
        [keys],
      )
    }
    if (size === 0) return b.full([0, ...shape], 0, node.dtype)
    const draws = Array.from({ length: size }, (_, i) =>
      b.expandDims(draw(b.dropAxis(b.slice(keys, 0, i, 1), 0), shape), 0),
    )
    return b.concat(draws, 0)
  }

export const batchingRules: { readonly [K in Op]: BatchingRule<K> } = {
  input: leaf,
  parameter: leaf,
  constant: leaf,
  literal: leaf,
  iota: leaf,
  dimSize: leaf,

  ...forElementwise(elementwise),
  withGradient,

  matmul: elementwise,

  transpose: ({ attributes: { permutation }, operands: [x] }, { repeated }) =>
    b.transpose(repeated(x), [0, ...later(permutation)]),
  reshape: ({ attributes: { shape }, operands: [x] }, { size, repeated }) =>
    b.reshape(repeated(x), [size, ...shape]),
  broadcastTo: ({ attributes: { shape }, operands: [x] }, { size, repeated }) =>
    b.broadcastTo(withRank(repeated(x), shape.length), [size, ...shape]),
  concat: ({ attributes: { axis }, operands }, { repeated }) => b.concat(operands.map(repeated), axis + 1),
  slice: ({ attributes: { axis, start, length }, operands: [x] }, { repeated }) =>
    b.slice(repeated(x), axis + 1, start, length),
  pad: ({ attributes: { axis, before, size, value }, operands: [x] }, { repeated }) =>
    b.padTo(repeated(x), axis + 1, before, size, value),

  gather,
  scatterAdd: scattering(b.scatterAdd),
  scatterMax: (node, batching) =>
    scattering((updates, ids, axis, size) => b.scatterMax(updates, ids, axis, size, node.attributes.value))(
      node,
      batching,
    ),
  takeAlongAxis: ({ attributes: { axis }, operands: [x, ids] }, { repeated }) =>
    b.takeAlongAxis(repeated(x), repeated(ids), axis + 1),
  scatterAlongAxis: ({ attributes: { axis, size }, operands: [updates, ids] }, { repeated }) =>
    b.scatterAlongAxis(repeated(updates), repeated(ids), axis + 1, size),
  argSort: ({ attributes: { axis, descending }, operands: [x] }, { repeated }) =>
    b.argSort(repeated(x), axis + 1, descending),
  argMax: along(b.argMax),
  topK: ({ attributes: { axis, k }, operands: [x] }, { repeated }) => b.topK(repeated(x), axis + 1, k),

  cumsum: ({ attributes: { axis, ...direction }, operands: [x] }, { repeated }) =>
    b.cumsum(repeated(x), axis + 1, direction),
  cummax: ({ attributes: { axis, reverse }, operands: [x] }, { repeated }) =>
    b.cummax(repeated(x), axis + 1, reverse),
  linearRecurrence: ({ attributes: { axis, reverse }, operands: [decay, x] }, { repeated }) =>
    b.linearRecurrence(repeated(decay), repeated(x), axis + 1, reverse),

  sum: reduction(b.sum),
  mean: reduction(b.mean),
  max: reduction(b.max),
  prod: reduction(b.prod),
  logSumExp: reduction(b.logSumExp),

  softmax: along(b.softmax),
  logSoftmax: along(b.logSoftmax),
  layerNorm,
  conv2d,
  scan,

  randomBits: drawn(b.randomBits),
  randomUniform: drawn(b.randomUniform),
  randomNormal: drawn(b.randomNormal),
}
