/** The bytes that ONNX Runtime takes on processors for the weights that it does not train. */
import type { NodeProto } from '../model-proto.js'
import type { ValueSize } from './value-sizes.js'
import { bytesOfValue } from './value-sizes.js'

/** Frozen weights as they are given, and as matrix products read them. */
export interface WeightMemory {
  /** Copies of all weights. They are made first, and freed where every node that reads them has packed them. */
  readonly given: number
  readonly freed: number
  /** Copies in the layout that products read fastest, one for each weight and kind of product. */
  readonly packed: number
}

const products: ReadonlySet<string> = new Set(['MatMul', 'FusedMatMul', 'Gemm'])

/** Columns of a packed matrix are a multiple of it. */
const columnsTogether = 16

const transposes = ({ attribute }: NodeProto): boolean =>
  attribute.some(({ name, i }) => name === 'transB' && i === 1)

/** Whether a node packs the operand at this position: matrix products pack matrices on their right. */
const packs = ({ opType }: NodeProto, position: number, { shape }: ValueSize): boolean =>
  products.has(opType) && position === 1 && shape.length === 2

const bytesOfPacked = (
  node: NodeProto,
  { shape: [rows = 1, columns = 1], elementBytes }: ValueSize,
): number => {
  const [inner, outer] = transposes(node) ? [columns, rows] : [rows, columns]
  return elementBytes * inner * columnsTogether * Math.ceil(outer / columnsTogether)
}

/** The memory of weights of these sizes, by name, in a graph of these nodes. */
export const weightMemory = (
  nodes: readonly NodeProto[],
  weights: ReadonlyMap<string, ValueSize>,
): WeightMemory => {
  const packed = new Map<string, number>()
  const readAsGiven = new Set<string>()
  for (const node of nodes) {
    node.input.forEach((name, position) => {
      const size = weights.get(name)
      if (size === undefined) return
      if (packs(node, position, size)) packed.set(`${node.opType} ${name}`, bytesOfPacked(node, size))
      else readAsGiven.add(name)
    })
  }
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0)
  const all = [...weights].map(([name, size]) => ({ name, bytes: bytesOfValue(size) }))
  return {
    given: sum(all.map(({ bytes }) => bytes)),
    freed: sum(all.filter(({ name }) => !readAsGiven.has(name)).map(({ bytes }) => bytes)),
    packed: sum(packed.values()),
  }
}
