/** The messages of an ONNX file that is read: which fields must be there, and of what type. */
import * as t from 'io-ts'

const bytes = new t.Type<Uint8Array>(
  'bytes',
  (value): value is Uint8Array => value instanceof Uint8Array,
  (value, context) => (value instanceof Uint8Array ? t.success(value) : t.failure(value, context)),
  t.identity,
)
const numbers = t.readonlyArray(t.number)
const entry = t.partial({ key: t.string, value: t.string })

export const Tensor = t.intersection([
  t.type({ dims: numbers }),
  t.partial({
    name: t.string,
    dataType: t.number,
    rawData: bytes,
    floatData: numbers,
    int32Data: numbers,
    int64Data: numbers,
    doubleData: numbers,
    externalData: t.readonlyArray(entry),
    dataLocation: t.number,
  }),
])
export type Tensor = t.TypeOf<typeof Tensor>

export const Attribute = t.partial({
  name: t.string,
  f: t.number,
  i: t.number,
  s: bytes,
  t: Tensor,
  /** A graph inside of a node: it is checked where an operator reads it. */
  g: t.unknown,
  floats: numbers,
  ints: numbers,
})
export type Attribute = t.TypeOf<typeof Attribute>

export const Operation = t.intersection([
  t.type({
    input: t.readonlyArray(t.string),
    output: t.readonlyArray(t.string),
    attribute: t.readonlyArray(Attribute),
  }),
  t.partial({ name: t.string, opType: t.string, domain: t.string, metadataProps: t.readonlyArray(entry) }),
])
export type Operation = t.TypeOf<typeof Operation>

const Dimension = t.partial({ dimValue: t.number, dimParam: t.string })
export const Port = t.intersection([
  t.type({ name: t.string }),
  t.partial({
    type: t.partial({
      tensorType: t.partial({ elemType: t.number, shape: t.partial({ dim: t.readonlyArray(Dimension) }) }),
    }),
  }),
])
export type Port = t.TypeOf<typeof Port>

export const Graph = t.type({
  node: t.readonlyArray(Operation),
  initializer: t.readonlyArray(Tensor),
  input: t.readonlyArray(Port),
  output: t.readonlyArray(Port),
})
export type Graph = t.TypeOf<typeof Graph>

export const Model = t.intersection([
  t.type({
    graph: Graph,
    opsetImport: t.readonlyArray(t.partial({ domain: t.string, version: t.number })),
  }),
  t.partial({ producerName: t.string }),
])
export type Model = t.TypeOf<typeof Model>
