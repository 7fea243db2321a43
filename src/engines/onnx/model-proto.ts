/**
 * ONNX models as plain records, and their protobuf encoding. Field numbers are those of `onnx.proto` (ONNX IR,
 * https://github.com/onnx/onnx/blob/main/docs/IR.md); only the messages that a lowered program uses are here.
 */
import protobuf from 'protobufjs/light.js'
import { message } from '../protobuf-message.js'

/** Element types, by the numbers of `TensorProto.DataType`. */
export const elementTypes = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  uint32: 12,
  bfloat16: 16,
} as const
export type OnnxElementType = keyof typeof elementTypes

/** Kinds of attributes, by the numbers of `AttributeProto.AttributeType`. */
export const attributeTypes = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const

/** Where a tensor's bytes are, by the numbers of `TensorProto.DataLocation`. */
export const dataLocations = { inModel: 0, external: 1 } as const

interface StringStringEntryProto {
  readonly key: string
  readonly value: string
}

export interface TensorProto {
  readonly name: string
  readonly dims: readonly number[]
  readonly dataType: number
  /** Elements in row-major order, little-endian. */
  readonly rawData?: Uint8Array
  /** Elements in fields of their own, as some writers store them instead of `rawData`. Only read. */
  readonly floatData?: readonly number[]
  readonly int32Data?: readonly number[]
  readonly int64Data?: readonly number[]
  readonly doubleData?: readonly number[]
  /** `location`, `offset` and `length` of bytes that are not in the model. */
  readonly externalData?: readonly StringStringEntryProto[]
  readonly dataLocation?: number
}

export interface AttributeProto {
  readonly name: string
  readonly type: number
  readonly f?: number
  readonly i?: number
  readonly s?: Uint8Array
  /** A constant. Only read. */
  readonly t?: TensorProto
  /** The body of a loop. It may read values of the graph around it. */
  readonly g?: GraphProto
  readonly floats?: readonly number[]
  readonly ints?: readonly number[]
}

export interface NodeProto {
  readonly name: string
  readonly opType: string
  /** Empty for the operators of ONNX itself. */
  readonly domain: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly AttributeProto[]
  /** Notes of the exporter: PyTorch's names the module here. Only read. */
  readonly metadataProps?: readonly StringStringEntryProto[]
}

/** A size, or the name of a size that is known when the model runs. */
interface DimensionProto {
  readonly dimValue?: number
  readonly dimParam?: string
}
interface TensorShapeProto {
  readonly dim: readonly DimensionProto[]
}
interface TensorTypeProto {
  readonly elemType: number
  readonly shape: TensorShapeProto
}
interface TypeProto {
  readonly tensorType: TensorTypeProto
}
export interface ValueInfoProto {
  readonly name: string
  readonly type: TypeProto
}

export interface GraphProto {
  readonly name: string
  readonly node: readonly NodeProto[]
  readonly initializer: readonly TensorProto[]
  readonly input: readonly ValueInfoProto[]
  readonly output: readonly ValueInfoProto[]
}

interface OperatorSetIdProto {
  readonly domain: string
  readonly version: number
}

export interface ModelProto {
  readonly irVersion: number
  readonly opsetImport: readonly OperatorSetIdProto[]
  readonly producerName: string
  readonly graph: GraphProto
  readonly metadataProps: readonly StringStringEntryProto[]
}

const schema = protobuf.Root.fromJSON({
  nested: {
    StringStringEntryProto: message<StringStringEntryProto>({
      key: { type: 'string', id: 1 },
      value: { type: 'string', id: 2 },
    }),
    TensorProto: message<TensorProto>({
      dims: { type: 'int64', id: 1, rule: 'repeated' },
      dataType: { type: 'int32', id: 2 },
      name: { type: 'string', id: 8 },
      floatData: { type: 'float', id: 4, rule: 'repeated', options: { packed: true } },
      int32Data: { type: 'int32', id: 5, rule: 'repeated', options: { packed: true } },
      int64Data: { type: 'int64', id: 7, rule: 'repeated', options: { packed: true } },
      rawData: { type: 'bytes', id: 9 },
      doubleData: { type: 'double', id: 10, rule: 'repeated', options: { packed: true } },
      externalData: { type: 'StringStringEntryProto', id: 13, rule: 'repeated' },
      dataLocation: { type: 'int32', id: 14 },
    }),
    AttributeProto: message<AttributeProto>({
      name: { type: 'string', id: 1 },
      f: { type: 'float', id: 2 },
      i: { type: 'int64', id: 3 },
      s: { type: 'bytes', id: 4 },
      t: { type: 'TensorProto', id: 5 },
      g: { type: 'GraphProto', id: 6 },
      floats: { type: 'float', id: 7, rule: 'repeated' },
      ints: { type: 'int64', id: 8, rule: 'repeated' },
      type: { type: 'int32', id: 20 },
    }),
    NodeProto: message<NodeProto>({
      input: { type: 'string', id: 1, rule: 'repeated' },
      output: { type: 'string', id: 2, rule: 'repeated' },
      name: { type: 'string', id: 3 },
      opType: { type: 'string', id: 4 },
      attribute: { type: 'AttributeProto', id: 5, rule: 'repeated' },
      domain: { type: 'string', id: 7 },
      metadataProps: { type: 'StringStringEntryProto', id: 9, rule: 'repeated' },
    }),
    DimensionProto: message<DimensionProto>({
      dimValue: { type: 'int64', id: 1 },
      dimParam: { type: 'string', id: 2 },
    }),
    TensorShapeProto: message<TensorShapeProto>({
      dim: { type: 'DimensionProto', id: 1, rule: 'repeated' },
    }),
    TensorTypeProto: message<TensorTypeProto>({
      elemType: { type: 'int32', id: 1 },
      shape: { type: 'TensorShapeProto', id: 2 },
    }),
    TypeProto: message<TypeProto>({ tensorType: { type: 'TensorTypeProto', id: 1 } }),
    ValueInfoProto: message<ValueInfoProto>({
      name: { type: 'string', id: 1 },
      type: { type: 'TypeProto', id: 2 },
    }),
    GraphProto: message<GraphProto>({
      node: { type: 'NodeProto', id: 1, rule: 'repeated' },
      name: { type: 'string', id: 2 },
      initializer: { type: 'TensorProto', id: 5, rule: 'repeated' },
      input: { type: 'ValueInfoProto', id: 11, rule: 'repeated' },
      output: { type: 'ValueInfoProto', id: 12, rule: 'repeated' },
    }),
    OperatorSetIdProto: message<OperatorSetIdProto>({
      domain: { type: 'string', id: 1 },
      version: { type: 'int64', id: 2 },
    }),
    ModelProto: message<ModelProto>({
      irVersion: { type: 'int64', id: 1 },
      producerName: { type: 'string', id: 2 },
      graph: { type: 'GraphProto', id: 7 },
      opsetImport: { type: 'OperatorSetIdProto', id: 8, rule: 'repeated' },
      metadataProps: { type: 'StringStringEntryProto', id: 14, rule: 'repeated' },
    }),
  },
})

const modelType = schema.lookupType('ModelProto')

/**
 * The messages of a file, not yet checked: integers of 64 bits as numbers, which rounds those beyond 2^53; lists that are absent as
 * empty ones. Throws where the bytes are no protobuf messages.
 */
export const decodeModel = (bytes: Uint8Array): unknown =>
  modelType.toObject(modelType.decode(bytes), { longs: Number, arrays: true })

/** The bytes of a model: what is written to an `.onnx` file. */
export const encodeModel = (model: ModelProto): Uint8Array => modelType.encode(model).finish()
