/**
 * Nodes that ONNX Runtime computes as one by an operator of its own, with fewer passes over memory. A chain is replaced only where no
 * other node reads what is between its ends: where gradients are computed, they read it.
 */
import type { AttributeProto, NodeProto, TensorProto } from '../model-proto.js'
import { elementTypes } from '../model-proto.js'
import { ownDomain } from '../own-domain.js'
import type { FreeNames } from './free-names.js'
import type { WrittenGraph } from './graph-writer.js'
import { float, int } from './graph-writer.js'
import { depthFirst, neededFor, readBy } from './node-order.js'

/** What a fusion finds in a graph. */
interface Reading {
  /** The node that writes a value, if it is one of these operators and nothing but one node reads its result. */
  readonly only: (value: string | undefined, ...opTypes: readonly string[]) => NodeProto | undefined
  /** The node that writes a value, if it is one of these operators. */
  readonly written: (value: string | undefined, ...opTypes: readonly string[]) => NodeProto | undefined
  /** The number of a constant without axes, in float32. */
  readonly scalar: (value: string | undefined) => number | undefined
  readonly freeName: FreeNames['freeName']
  /** The numbers that a constant of 64-bit integers lists. */
  readonly sizes: (value: string | undefined) => readonly number[] | undefined
}

/** Nodes instead of the one that ends a chain, and constants that they read. Its result keeps its name. */
interface Fusion {
  readonly nodes: readonly NodeProto[]
  readonly constants: readonly TensorProto[]
}

const attributeOf = ({ attribute }: NodeProto, name: string): AttributeProto | undefined =>
  attribute.find((each) => each.name === name)

/** A name that begins with the primitive, which messages then name. */
const nameLike = ({ name }: NodeProto, opType: string, { freeName }: Reading): string =>
  freeName(`${name.split('/')[0] ?? ''}/${opType}`)

const ownNode = (
  end: NodeProto,
  reading: Reading,
  opType: string,
  input: readonly string[],
  attributes: Readonly<Record<string, Omit<AttributeProto, 'name'>>>,
): NodeProto => ({
  name: nameLike(end, opType, reading),
  opType,
  domain: ownDomain,
  input,
  output: end.output,
  attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...value })),
})

/** A vector of 64-bit integers. */
const integers = (end: NodeProto, values: readonly number[], reading: Reading): TensorProto => ({
  name: nameLike(end, 'constant', reading),
  dims: [values.length],
  dataType: elementTypes.int64,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
})

/** x and a, where a value is x · a with a number a. */
const multiple = (
  { only, scalar }: Reading,
  value: string | undefined,
): readonly [x: string | undefined, factor: number] => {
  const [a, b] = only(value, 'Mul')?.input ?? []
  const [ofA, ofB] = [scalar(a), scalar(b)]
  return ofB === undefined ? (ofA === undefined ? [value, 1] : [b, ofA]) : [a, ofB]
}

/** x σ(a x). */
const quickGelu = (end: NodeProto, reading: Reading): Fusion | undefined => {
  if (end.opType !== 'Mul') return undefined
  const [first, second] = end.input
  const matched = [
    [first, second],
    [second, first],
  ].find(([x, gate]) => {
    const sigmoid = reading.only(gate, 'Sigmoid')
    return sigmoid !== undefined && x !== undefined && multiple(reading, sigmoid.input[0])[0] === x
  })
  const [x, gate] = matched ?? []
  if (x === undefined) return undefined
  const [, alpha] = multiple(reading, reading.only(gate, 'Sigmoid')?.input[0])
  return { nodes: [ownNode(end, reading, 'QuickGelu', [x], { alpha: float(alpha) })], constants: [] }
}

const exchangesHeads = (node: NodeProto): boolean => {
  const order = attributeOf(node, 'perm')?.ints ?? []
  return order.length === 4 && [0, 2, 1, 3].every((axis, i) => order[i] === axis)
}

/** Tokens before they were split into heads: what was [B,L,H·E] or is reshaped to it, with B, L, H and E. */
const splitIntoHeads = (
  { written, sizes }: Reading,
  value: string | undefined,
): { readonly tokens: string; readonly shape: readonly number[] } | undefined => {
  const transpose = written(value, 'Transpose')
  if (transpose === undefined || !exchangesHeads(transpose)) return undefined
  const [tokens, target] = written(transpose.input[0], 'Reshape')?.input ?? []
  const shape = sizes(target)
  return tokens !== undefined && shape?.length === 4 && shape.every((size) => size > 0)
    ? { tokens, shape }
    : undefined
}

const isLastAxis = (node: NodeProto): boolean => [-1, 3].includes(attributeOf(node, 'axis')?.i ?? -1)

const readsUpright = (node: NodeProto, name: string): boolean => (attributeOf(node, name)?.i ?? 0) === 0

/** softmax(q kᵀ · scale) v, head by head, of tokens that are split into heads before it and merged after it. */
const attention = (end: NodeProto, reading: Reading): Fusion | undefined => {
  const { only, sizes } = reading
  if (end.opType !== 'Reshape') return undefined
  const merged = only(end.input[0], 'Transpose')
  if (merged === undefined || !exchangesHeads(merged)) return undefined
  const mixed = only(merged.input[0], 'MatMul')
  const weights = only(mixed?.input[0], 'Softmax')
  const scores = only(weights?.input[0], 'FusedMatMul')
  if (weights === undefined || scores === undefined || !isLastAxis(weights)) return undefined
  if (!readsUpright(scores, 'transA') || readsUpright(scores, 'transB')) return undefined
  const [scaled, scale] = multiple(reading, scores.input[0])
  // ONNX Runtime takes 0 for "not given".
  if (scale === 0) return undefined
  const parts = [scaled, scores.input[1], mixed?.input[1]].map((part) => splitIntoHeads(reading, part))
  const [queries, keys, values] = parts
  if (queries === undefined || keys === undefined || values === undefined) return undefined
  const [batch = 0, , heads = 0, width = 0] = queries.shape
  const fits = ({ shape }: typeof keys): boolean =>
    shape[0] === batch && shape[2] === heads && shape[3] === width
  const result = sizes(end.input[1]) ?? []
  if (!fits(keys) || !fits(values) || keys.shape[1] !== values.shape[1]) return undefined
  if (result.length !== 3 || result[2] !== heads * width || result[0] !== batch) return undefined
  const wholes = [queries, keys, values].map(({ tokens, shape: [b = 0, l = 0, h = 0, e = 0] }) => {
    const name = nameLike(end, 'Reshape', reading)
    const target = integers(end, [b, l, h * e], reading)
    const node: NodeProto = {
      name,
      opType: 'Reshape',
      domain: '',
      input: [tokens, target.name],
      output: [name],
      attribute: [],
    }
    return { node, target }
  })
  return {
    nodes: [
      ...wholes.map(({ node }) => node),
      ownNode(
        end,
        reading,
        'MultiHeadAttention',
        wholes.map(({ node }) => node.name),
        { num_heads: int(heads), scale: float(scale) },
      ),
    ],
    constants: wholes.map(({ target }) => target),
  }
}

/** A slice of a slice, along another axis. */
const sliceOfSlice = (end: NodeProto, reading: Reading): Fusion | undefined => {
  const inner = end.opType === 'Slice' ? reading.only(end.input[0], 'Slice') : undefined
  if (inner === undefined || inner.input.length !== 4 || end.input.length !== 4) return undefined
  const [x = '', ...ofInner] = inner.input
  const both = ofInner.map((vector, i) => [
    ...(reading.sizes(vector) ?? []),
    ...(reading.sizes(end.input[i + 1]) ?? []),
  ])
  const [, , axes = []] = both
  if (both.some(({ length }) => length !== 2) || axes[0] === axes[1]) return undefined
  const constants = both.map((values) => integers(end, values, reading))
  const node = {
    ...end,
    name: nameLike(end, 'Slice', reading),
    input: [x, ...constants.map(({ name }) => name)],
  }
  return { nodes: [node], constants }
}

const fusions = [quickGelu, attention, sliceOfSlice]

const readingOf = (
  { nodes, constants }: WrittenGraph,
  outputs: ReadonlySet<string>,
  freeName: FreeNames['freeName'],
): Reading => {
  const writers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)))
  const reads = new Map<string, number>()
  for (const node of nodes) for (const name of readBy(node)) reads.set(name, (reads.get(name) ?? 0) + 1)
  const known = new Map(constants.map((constant) => [constant.name, constant]))
  const written: Reading['written'] = (value, ...opTypes) => {
    const node = writers.get(value ?? '')
    return node !== undefined && opTypes.includes(node.opType) ? node : undefined
  }
  return {
    freeName,
    written,
    only: (value = '', ...opTypes) =>
      reads.get(value) === 1 && !outputs.has(value) ? written(value, ...opTypes) : undefined,
    scalar: (value = '') => {
      const { dataType, dims, rawData } = known.get(value) ?? {}
      return dataType === elementTypes.float32 && dims?.length === 0 && rawData !== undefined
        ? new DataView(rawData.buffer, rawData.byteOffset).getFloat32(0, true)
        : undefined
    },
    sizes: (value = '') => {
      const { dataType, rawData } = known.get(value) ?? {}
      if (dataType !== elementTypes.int64 || rawData === undefined) return undefined
      const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
      return Array.from({ length: rawData.byteLength / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)))
    },
  }
}

/** The graph with the operators that ONNX Runtime has for chains of nodes; `outputs` are the names of its results. */
export const fuseOperators = (
  graph: WrittenGraph,
  outputs: ReadonlySet<string>,
  freeName: FreeNames['freeName'],
): WrittenGraph => {
  const reading = readingOf(graph, outputs, freeName)
  const replaced = new Map(
    graph.nodes.flatMap((node) => {
      const fusion = fusions.map((fuse) => fuse(node, reading)).find((found) => found !== undefined)
      return fusion === undefined ? [] : [[node, fusion] as const]
    }),
  )
  if (replaced.size === 0) return graph
  const nodes = depthFirst(
    neededFor(
      graph.nodes.flatMap((node) => replaced.get(node)?.nodes ?? [node]),
      outputs,
    ),
  )
  const used = new Set([...outputs, ...nodes.flatMap(readBy)])
  const constants = [...graph.constants, ...[...replaced.values()].flatMap((fusion) => fusion.constants)]
  return { nodes, constants: constants.filter(({ name }) => used.has(name)), used }
}
