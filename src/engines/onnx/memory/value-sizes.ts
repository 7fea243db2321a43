/**
 * The sizes of the values of an ONNX graph, from those of its inputs and constants: the shape rules of the operators that the lowering writes.
 * Operators without a rule are elementwise.
 */
import { broadcastSizes } from '../../../values/broadcast-sizes.js'
import { elementCount } from '../../../values/value.js'
import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from '../model-proto.js'
import { elementTypes } from '../model-proto.js'

/** The shape of a value, and the bytes of an element. */
export interface ValueSize {
  readonly shape: readonly number[]
  readonly elementBytes: number
}

/** What a value takes, in bytes. */
export const bytesOfValue = ({ shape, elementBytes }: ValueSize): number => elementBytes * elementCount(shape)

/** A node with what its operands are. */
interface Call {
  readonly node: NodeProto
  readonly shapes: readonly (readonly number[])[]
  /** The numbers of an operand that is a constant of whole numbers, such as axes or sizes; none of an operand that is missing. */
  readonly integers: (operand: number) => readonly number[]
}

/** The value of an attribute that is a whole number. */
const whole = ({ attribute }: NodeProto, name: string, otherwise: number): number =>
  attribute.find((each) => each.name === name)?.i ?? otherwise

/** The value of an attribute that is a list of whole numbers. */
export const wholes = ({ attribute }: NodeProto, name: string): readonly number[] | undefined =>
  attribute.find((each) => each.name === name)?.ints

/** The value of an attribute that is a graph. */
export const bodyOf = ({ attribute }: NodeProto): GraphProto | undefined =>
  attribute.map(({ g }: AttributeProto) => g).find((g) => g !== undefined)

const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

const withAxis = (shape: readonly number[], axis: number, size: number): readonly number[] =>
  shape.map((each, i) => (i === positive(axis, shape.length) ? size : each))

const elementwise = ({ shapes }: Call): readonly number[] => broadcastSizes(...shapes)

const same = ({ shapes: [x = []] }: Call): readonly number[] => x

const reshaped = ({ shapes: [x = []], integers }: Call): readonly number[] => {
  const to = integers(1).map((size, i) => (size === 0 ? (x[i] ?? 0) : size))
  const known = to.filter((size) => size !== -1).reduce((a, b) => a * b, 1)
  return to.map((size) => (size === -1 ? elementCount(x) / known : size))
}

const transposed = ({ node, shapes: [x = []] }: Call): readonly number[] =>
  (wholes(node, 'perm') ?? x.map((_, i) => x.length - 1 - i)).map((axis) => x[axis] ?? 1)

const concatenated = ({ node, shapes }: Call): readonly number[] => {
  const [first = []] = shapes
  const axis = positive(whole(node, 'axis', 0), first.length)
  return withAxis(
    first,
    axis,
    shapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0),
  )
}

const sliced = ({ shapes: [x = []], integers }: Call): readonly number[] => {
  const [starts, ends, axes] = [integers(1), integers(2), integers(3)]
  return starts.reduce<readonly number[]>((shape, start, i) => {
    const axis = axes[i] ?? i
    const size = x[positive(axis, x.length)] ?? 0
    const within = (position: number): number => Math.min(Math.max(positive(position, size), 0), size)
    return withAxis(shape, axis, Math.max(within(ends[i] ?? size) - within(start), 0))
  }, x)
}

const padded = ({ shapes: [x = []], integers }: Call): readonly number[] =>
  x.map((size, i) => size + (integers(1)[i] ?? 0) + (integers(1)[x.length + i] ?? 0))

const gathered = ({ node, shapes: [x = [], ids = []] }: Call): readonly number[] => {
  const axis = positive(whole(node, 'axis', 0), x.length)
  return [...x.slice(0, axis), ...ids, ...x.slice(axis + 1)]
}

const product = ({ node, shapes: [a = [], b = []] }: Call): readonly number[] => {
  const rows = a.at(whole(node, 'transA', 0) === 1 ? -1 : -2) ?? 1
  const columns = b.at(whole(node, 'transB', 0) === 1 ? -2 : -1) ?? 1
  return [...broadcastSizes(a.slice(0, -2), b.slice(0, -2)), rows, columns]
}

const convolved = ({ node, shapes: [x = [], kernels = []] }: Call): readonly number[] => {
  const pads = wholes(node, 'pads') ?? []
  const along = [0, 1].map((axis) => {
    const seen = (wholes(node, 'dilations')?.[axis] ?? 1) * ((kernels[axis + 2] ?? 1) - 1) + 1
    const size = (x[axis + 2] ?? 0) + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0)
    return Math.floor((size - seen) / (wholes(node, 'strides')?.[axis] ?? 1)) + 1
  })
  return [x[0] ?? 1, kernels[0] ?? 1, ...along]
}

const reduced =
  (axesOf: (call: Call) => readonly number[]) =>
  (call: Call): readonly number[] => {
    const [x = []] = call.shapes
    const given = axesOf(call)
    const axes = new Set(given.length === 0 ? x.keys() : given.map((axis) => positive(axis, x.length)))
    const keeps = whole(call.node, 'keepdims', 1) === 1
    return x.flatMap((size, i) => (axes.has(i) ? (keeps ? [1] : []) : [size]))
  }

const byOperand = reduced(({ integers }) => integers(1))

const squeezed = ({ shapes: [x = []], integers }: Call): readonly number[] => {
  const axes = integers(1).map((axis) => positive(axis, x.length))
  return x.filter((size, i) => (axes.length === 0 ? size !== 1 : !axes.includes(i)))
}

const largest = ({ node, shapes: [x = []], integers }: Call): readonly number[] =>
  withAxis(x, whole(node, 'axis', -1), integers(1)[0] ?? 0)

const counted = ({ integers }: Call): readonly number[] => {
  const [[start = 0], [end = 0], [step = 1]] = [integers(0), integers(1), integers(2)]
  return [Math.max(Math.ceil((end - start) / step), 0)]
}

const shapeRules: Readonly<Record<string, (call: Call) => readonly number[]>> = {
  Reshape: reshaped,
  Expand: ({ shapes: [x = []], integers }) => broadcastSizes(x, integers(1)),
  Transpose: transposed,
  Concat: concatenated,
  Slice: sliced,
  Pad: padded,
  Gather: gathered,
  GatherElements: ({ shapes: [, ids = []] }) => ids,
  ScatterElements: same,
  MatMul: product,
  FusedMatMul: product,
  Gemm: product,
  Conv: convolved,
  ReduceSum: byOperand,
  ReduceMean: byOperand,
  ReduceProd: byOperand,
  ReduceMax: byOperand,
  ReduceMin: byOperand,
  ReduceLogSumExp: byOperand,
  ArgMax: reduced(({ node }) => [whole(node, 'axis', 0)]),
  LayerNormalization: same,
  MultiHeadAttention: same,
  QuickGelu: same,
  CumSum: same,
  Squeeze: squeezed,
  TopK: largest,
  Range: counted,
}

/** The bytes of an element of each type of ONNX. */
const bytesOfType: ReadonlyMap<number, number> = new Map([
  [elementTypes.bool, 1],
  [elementTypes.float16, 2],
  [elementTypes.bfloat16, 2],
  [elementTypes.int64, 8],
])

const bytesOf = (type: number): number => bytesOfType.get(type) ?? 4

const truths: ReadonlySet<string> = new Set(['Equal', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor', 'Not'])

const elementBytesOf = (
  node: NodeProto,
  position: number,
  operands: readonly (ValueSize | undefined)[],
): number =>
  truths.has(node.opType)
    ? 1
    : node.opType === 'Cast'
      ? bytesOf(whole(node, 'to', 0))
      : node.opType === 'ArgMax' || (node.opType === 'TopK' && position === 1)
        ? 8
        : (operands[node.opType === 'Where' ? 1 : 0]?.elementBytes ?? 4)

/** The size of a value as it is declared at an edge of a graph. */
export const declaredSize = ({ type: { tensorType } }: ValueInfoProto): ValueSize => ({
  shape: tensorType.shape.dim.map(({ dimValue }) => dimValue ?? 1),
  elementBytes: bytesOf(tensorType.elemType),
})

/** The size of a constant. */
export const sizeOfConstant = ({ dims, dataType }: TensorProto): ValueSize => ({
  shape: dims,
  elementBytes: bytesOf(dataType),
})

const integersOf = ({ dataType, rawData = new Uint8Array(0) }: TensorProto): readonly number[] => {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength)
  switch (dataType) {
    case elementTypes.int64:
      return Array.from({ length: rawData.byteLength / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)))
    case elementTypes.int32:
      return Array.from({ length: rawData.byteLength / 4 }, (_, i) => view.getInt32(4 * i, true))
    default:
      return []
  }
}

/** The results of a loop: its carries as its body declares them, and what it stacks, an element for each step. */
const resultsOfLoop = (node: NodeProto, sizes: ReadonlyMap<string, ValueSize>): readonly ValueSize[] => {
  const declared = (bodyOf(node)?.output ?? []).map(declaredSize)
  if (node.opType === 'Loop') return declared.slice(1)
  const scanned = whole(node, 'num_scan_inputs', 0)
  const carries = node.input.length - scanned
  const steps = sizes.get(node.input.at(-1) ?? '')?.shape[wholes(node, 'scan_input_axes')?.at(-1) ?? 0] ?? 1
  const axes = wholes(node, 'scan_output_axes') ?? []
  return declared.map(({ shape, elementBytes }, i) => {
    const axis = axes[i - carries] ?? 0
    return i < carries
      ? { shape, elementBytes }
      : { shape: [...shape.slice(0, axis), steps, ...shape.slice(axis)], elementBytes }
  })
}

/** The sizes of all values of a graph: those of its inputs and of the graph around it are given. */
export const valueSizes = (
  { node: nodes, initializer }: Pick<GraphProto, 'node' | 'initializer'>,
  given: ReadonlyMap<string, ValueSize>,
): ReadonlyMap<string, ValueSize> => {
  const sizes = new Map(given)
  const constants = new Map(initializer.map((constant) => [constant.name, constant]))
  for (const constant of initializer) sizes.set(constant.name, sizeOfConstant(constant))
  for (const node of nodes) {
    const operands = node.input.map((name) => sizes.get(name))
    const integers = (operand: number): readonly number[] => {
      const constant = constants.get(node.input[operand] ?? '')
      return constant === undefined ? [] : integersOf(constant)
    }
    if (node.opType === 'Scan' || node.opType === 'Loop') {
      const results = resultsOfLoop(node, sizes)
      node.output.forEach((name, i) => sizes.set(name, results[i] ?? { shape: [], elementBytes: 4 }))
    } else {
      const rule = shapeRules[node.opType] ?? elementwise
      const shape = rule({ node, shapes: operands.map((operand) => operand?.shape ?? []), integers })
      node.output.forEach((name, i) =>
        sizes.set(name, { shape, elementBytes: elementBytesOf(node, i, operands) }),
      )
    }
  }
  return sizes
}
