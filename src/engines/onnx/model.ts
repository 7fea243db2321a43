/** The ONNX model of a program: its graph with the values of its weights. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/program.js'
import type { TensorValue } from '../../values/value.js'
import { bytesOf, inSinglePrecision } from '../../values/value.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailure } from '../failure.js'
import { checkWeights } from '../check-state.js'
import { elementTypeOf, valueInfo } from './lowering/graph-writer.js'
import type { Port } from '../ports.js'
import type { LoweredProgram } from './lowering/lowering.js'
import { lowerProgram } from './lowering/lowering.js'
import type { ModelProto, TensorProto } from './model-proto.js'
import { dataLocations, elementTypes } from './model-proto.js'
import type { Dialect } from './provider.js'

/** Bytes outside the model, which refers to them by their location. */
export interface ExternalData {
  readonly location: string
  readonly bytes: Uint8Array
}

export interface Model {
  readonly lowered: LoweredProgram
  readonly proto: ModelProto
  /** Weights that `proto` refers to. */
  readonly external: readonly ExternalData[]
}

/** Where the values of the weights are: in the model, or outside it where they are large. */
type WeightPlacement = 'inside' | 'outside'

/** In bytes. Smaller weights are always in the model. */
const smallestExternal = 4096

/** Opset 20 is that of ONNX 1.15 (2023). */
const opsets = [
  { domain: '', version: 20 },
  { domain: 'com.microsoft', version: 1 },
]
const irVersion = 9

/** The elements as the model stores them: in 32 bits, little-endian like every processor that Node runs on. */
const weightBytes = ({ data }: TensorValue): Uint8Array => bytesOf(inSinglePrecision(data))

const initializer = (
  { name, dtype, shape }: Port,
  bytes: Uint8Array,
  location: string | undefined,
): TensorProto => ({
  name,
  dims: shape,
  dataType: elementTypes[elementTypeOf[dtype]],
  ...(location === undefined
    ? { rawData: bytes }
    : {
        dataLocation: dataLocations.external,
        externalData: Object.entries({ location, offset: '0', length: String(bytes.byteLength) }).map(
          ([key, value]) => ({ key, value }),
        ),
      }),
})

interface ModelOptions {
  readonly sizes: Readonly<Record<string, number>>
  /** Values of the parameters that become constants. The other parameters become inputs of the model. */
  readonly weights: NamedValues
  readonly placement: WeightPlacement
  readonly dialect: Dialect
  readonly metadata: Readonly<Record<string, string>>
}

/** The model of a program. Fails as lowering does, or if a weight has not the declared type and shape. */
export const modelOf = (
  program: Program,
  { sizes, weights, placement, dialect, metadata }: ModelOptions,
): E.Either<EngineFailure, Model> =>
  pipe(
    E.Do,
    E.bind('lowered', (): E.Either<EngineFailure, LoweredProgram> => lowerProgram(program, sizes, dialect)),
    E.tap(({ lowered }) => checkWeights(lowered, weights)),
    E.map(({ lowered }) => assemble(lowered, weights, placement, metadata)),
  )

const assemble = (
  lowered: LoweredProgram,
  weights: NamedValues,
  placement: WeightPlacement,
  metadata: Readonly<Record<string, string>>,
): Model => {
  const { graph, inputs, parameters, outputs } = lowered
  const stored = parameters.flatMap((port, i) => {
    const value = Object.hasOwn(weights, port.name) ? weights[port.name] : undefined
    if (value === undefined || !graph.used.has(port.name)) return []
    const bytes = weightBytes(value)
    const isExternal = placement === 'outside' && bytes.byteLength >= smallestExternal
    return [{ port, bytes, location: isExternal ? `weight-${i}` : undefined }]
  })
  const given = parameters.filter(({ name }) => !Object.hasOwn(weights, name))
  return {
    lowered,
    proto: {
      irVersion,
      opsetImport: opsets,
      producerName: 'tensile',
      graph: {
        name: 'program',
        node: graph.nodes,
        initializer: [
          ...graph.constants,
          ...stored.map(({ port, bytes, location }) => initializer(port, bytes, location)),
        ],
        input: [...inputs, ...given].map(valueInfo),
        output: Object.values(outputs).map(valueInfo),
      },
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    },
    external: stored.flatMap(({ bytes, location }) => (location === undefined ? [] : [{ location, bytes }])),
  }
}
