/**
 * Writes an ONNX graph node by node. Equal nodes and equal constants are written once; `finish` drops what no output
 * needs.
 */
import type { Shape } from '../../../shapes/dim.js'
import type { DType } from '../../../values/value.js'
import { bytesOf } from '../../../values/value.js'
import type {
  AttributeProto,
  GraphProto,
  OnnxElementType,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from '../model-proto.js'
import { attributeTypes, elementTypes } from '../model-proto.js'
import { ownDomain } from '../own-domain.js'
import { depthFirst, neededFor, readBy } from './node-order.js'
import type { FreeNames } from './free-names.js'
import { freeNames } from './free-names.js'

/** An attribute without its name. */
type Attribute = Omit<AttributeProto, 'name'>

export const int = (i: number): Attribute => ({ type: attributeTypes.int, i })
export const ints = (values: readonly number[]): Attribute => ({ type: attributeTypes.ints, ints: values })
export const float = (f: number): Attribute => ({ type: attributeTypes.float, f })
export const text = (value: string): Attribute => ({
  type: attributeTypes.string,
  s: new TextEncoder().encode(value),
})
export const graph = (g: GraphProto): Attribute => ({ type: attributeTypes.graph, g })
export const elementType = (type: OnnxElementType): Attribute => int(elementTypes[type])

/** The ONNX element type of each element type of the DSL. */
export const elementTypeOf = {
  f32: 'float32',
  i32: 'int32',
  bool: 'bool',
} as const satisfies { readonly [D in DType]: OnnxElementType }

/** The declaration of a value at an edge of a graph: an input or an output. */
export const valueInfo = ({ name, dtype, shape }: Edge & { readonly dtype: DType }): ValueInfoProto =>
  valueInfoOf({ name, shape }, elementTypeOf[dtype])

interface Edge {
  readonly name: string
  readonly shape: Shape
}

/** The same of an element type of ONNX. */
export const valueInfoOf = ({ name, shape }: Edge, type: OnnxElementType): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: elementTypes[type],
      shape: {
        dim: shape.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })),
      },
    },
  },
})

/** Element types of constants. Half precision occurs only as the target of casts. */
type ConstantType = Exclude<OnnxElementType, 'float16' | 'bfloat16'>

const rawData: { readonly [T in ConstantType]: (values: readonly number[]) => ArrayBufferView } = {
  float32: (values) => Float32Array.from(values),
  int32: (values) => Int32Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
  bool: (values) => Uint8Array.from(values),
  uint32: (values) => Uint32Array.from(values),
}

type Attributes = Readonly<Record<string, Attribute>>

export interface GraphWriter extends FreeNames {
  /** Names the nodes and constants that follow after this primitive, so that messages can name it. */
  readonly writeFor: (primitive: string) => void
  /** Applies an operator of ONNX and gives the name of its result. */
  readonly emit: (opType: string, inputs: readonly string[], attributes?: Attributes) => string
  /** Applies an operator with several results and gives the name of the one at `position`. */
  readonly emitResult: (
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    results: { readonly count: number; readonly position: number },
  ) => string
  /** Applies an operator with a body, and gives the names of all its results. */
  readonly emitLoop: (
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    results: number,
  ) => readonly string[]
  /**
   * A writer of a graph inside of this one, which may read the values of this one: no name is given twice in the two.
   */
  readonly inner: () => GraphWriter
  /** Applies an operator of ONNX Runtime's own domain, `com.microsoft`. */
  readonly emitContributed: (opType: string, inputs: readonly string[], attributes: Attributes) => string
  /** A constant of this shape; without one, a scalar. */
  readonly constant: (type: ConstantType, values: readonly number[], shape?: readonly number[]) => string
  /** An int64 vector: the form in which operators take sizes, axes and positions. */
  readonly integers: (values: readonly number[]) => string
  /** The nodes and constants that the outputs need, operands first. The names of the outputs must be reserved. */
  readonly finish: (outputs: readonly Output[]) => WrittenGraph
}

/** A value of the graph, and its name as an output. */
interface Output {
  readonly value: string
  readonly name: string
}

export interface WrittenGraph {
  readonly nodes: readonly NodeProto[]
  readonly constants: readonly TensorProto[]
  /** Names of the outputs and of every value that a node reads. */
  readonly used: ReadonlySet<string>
}

/** A writer that takes names from a supply, which it may share with other writers. */
export const graphWriter = (names: FreeNames = freeNames()): GraphWriter => {
  const nodes: NodeProto[] = []
  const constants = new Map<string, TensorProto>()
  const written = new Map<string, readonly string[]>()
  const { freeName } = names
  let origin = 'program'

  const append = (
    domain: string,
    opType: string,
    input: readonly string[],
    attribute: readonly AttributeProto[],
    count: number,
  ): readonly string[] => {
    const name = freeName(`${origin}/${opType}`)
    const output = Array.from({ length: count }, (_, i) => (i === 0 ? name : freeName(`${name}:${i}`)))
    nodes.push({ name, opType, domain, input, output, attribute })
    return output
  }
  const write = (
    domain: string,
    opType: string,
    input: readonly string[],
    attributes: Attributes,
    count: number,
  ): readonly string[] => {
    const attribute = named(attributes)
    const key = JSON.stringify([
      domain,
      opType,
      input,
      attribute.map(({ s, ...rest }) => [rest, s && [...s]]),
    ])
    const known = written.get(key)
    if (known !== undefined) return known
    const output = append(domain, opType, input, attribute, count)
    written.set(key, output)
    return output
  }
  const writeOne = (
    domain: string,
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    { count, position } = { count: 1, position: 0 },
  ): string => write(domain, opType, inputs, attributes, count)[position] ?? ''

  const constant: GraphWriter['constant'] = (type, values, shape = []) => {
    const key = JSON.stringify([
      type,
      values.map((value) => (Object.is(value, -0) ? '-0' : String(value))),
      shape,
    ])
    const known = written.get(key)
    if (known?.[0] !== undefined) return known[0]
    const name = freeName(`${origin}/constant`)
    constants.set(name, {
      name,
      dims: shape,
      dataType: elementTypes[type],
      rawData: bytesOf(rawData[type](values)),
    })
    written.set(key, [name])
    return name
  }

  return {
    writeFor: (primitive) => {
      origin = primitive
    },
    ...names,
    emit: (opType, inputs, attributes = {}) => writeOne('', opType, inputs, attributes),
    emitResult: (opType, inputs, attributes, results) => writeOne('', opType, inputs, attributes, results),
    emitLoop: (opType, inputs, attributes, results) => append('', opType, inputs, named(attributes), results),
    inner: () => graphWriter(names),
    emitContributed: (opType, inputs, attributes) => writeOne(ownDomain, opType, inputs, attributes),
    constant,
    integers: (values) => constant('int64', values, [values.length]),
    finish: (outputs) => finished(nodes, [...constants.values()], outputs),
  }
}

const named = (attributes: Attributes): readonly AttributeProto[] =>
  Object.entries(attributes).map(([name, value]) => ({ name, ...value }))

/** A node with its values renamed, in its inner graphs, too. */
const renamedNode = (node: NodeProto, rename: (value: string) => string): NodeProto => ({
  ...node,
  input: node.input.map(rename),
  output: node.output.map(rename),
  attribute: node.attribute.map(({ g, ...rest }) =>
    g === undefined ? rest : { ...rest, g: { ...g, node: g.node.map((each) => renamedNode(each, rename)) } },
  ),
})

const identity = ({ value, name }: Output): NodeProto => ({
  name: `${name}/Identity`,
  opType: 'Identity',
  domain: '',
  input: [value],
  output: [name],
  attribute: [],
})

/** The nodes, with outputs under their own names: results are renamed, inputs and values with two names pass through `Identity`. */
const withOutputs = (nodes: readonly NodeProto[], outputs: readonly Output[]): readonly NodeProto[] => {
  const results = new Set(nodes.flatMap(({ output }) => output))
  const renamed = new Map<string, string>()
  for (const { value, name } of outputs) {
    if (results.has(value) && !renamed.has(value)) renamed.set(value, name)
  }
  const rename = (value: string): string => renamed.get(value) ?? value
  const passedOn = outputs.filter(({ value, name }) => renamed.get(value) !== name)
  return [
    ...nodes.map((node) => renamedNode(node, rename)),
    ...passedOn.map((output) => renamedNode(identity(output), rename)),
  ]
}

const finished = (
  written: readonly NodeProto[],
  constants: readonly TensorProto[],
  outputs: readonly Output[],
): WrittenGraph => {
  const names = new Set(outputs.map(({ name }) => name))
  const kept = neededFor(withOutputs(written, outputs), names)
  const used = new Set([...names, ...kept.flatMap(readBy)])
  return {
    nodes: depthFirst(kept),
    constants: constants.filter(({ name }) => used.has(name)),
    used,
  }
}
