/** The ONNX model of a program: its graph with the values of its weights. */
import * as E from 'fp-ts/lib/Either.js'
import type { Shape, Sizes } from '../../shapes/dim.js'
import { symbolsOf } from '../../shapes/dim.js'
import { bindSizes } from '../../dsl/bind-sizes.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/program.js'
import type { TensorValue } from '../../values/value.js'
import { bytesOf, inSinglePrecision } from '../../values/value.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailure, ProgramRejected } from '../failure.js'
import { programRejected } from '../failure.js'
import { checkWeights } from '../check-state.js'
import { elementTypeOf, valueInfo } from './lowering/graph-writer.js'
import type { Port } from '../ports.js'
import type { LoweredProgram } from './lowering/lowering.js'
import { lowerDynamicProgram, lowerProgram } from './lowering/lowering.js'
import type { ModelProto, TensorProto } from './model-proto.js'
import { dataLocations, elementTypes } from './model-proto.js'
import { ownDomain } from './own-domain.js'
import type { Dialect } from './provider.js'

/** Bytes outside the model, which refers to them by their location. */
export interface ExternalData {
  readonly location: string
  readonly bytes: Uint8Array
}

export interface Model<S extends Shape = readonly number[]> {
  readonly lowered: LoweredProgram<S>
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
  { domain: ownDomain, version: 1 },
]
const irVersion = 9

/** The elements as the model stores them: in 32 bits, little-endian like every processor that Node runs on. */
const weightBytes = ({ data }: TensorValue): Uint8Array => bytesOf(inSinglePrecision(data))

const initializer = (
  { name, dtype }: Port<Shape>,
  dims: readonly number[],
  bytes: Uint8Array,
  location: string | undefined,
): TensorProto => ({
  name,
  dims,
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

/** The sizes, with those of symbols of the weights, which are fixed in a model that holds them. */
const withSizesOfWeights = (
  { parameters }: Program,
  sizes: Sizes,
  weights: NamedValues,
): E.Either<ProgramRejected, Sizes> => {
  const given = parameters.flatMap(({ attributes: { name, shape } }) => {
    const value = Object.hasOwn(weights, name) ? weights[name] : undefined
    return value === undefined ? [] : [{ name, declared: shape, actual: value.shape }]
  })
  const open = given.filter(({ declared }) =>
    declared.some((dim) => symbolsOf(dim).some((symbol) => !Object.hasOwn(sizes, symbol))),
  )
  return pipe(bindSizes(open, sizes), E.mapLeft(programRejected('weights')))
}

/**
 * The model of a program in which symbols that have no size stay open: they are names of sizes in its inputs and
 * outputs. Fails as lowering does, or if weights have not the declared types and shapes.
 */
export const dynamicModelOf = (
  program: Program,
  { sizes, weights, placement, dialect, metadata }: ModelOptions,
): E.Either<EngineFailure, Model<Shape>> =>
  pipe(
    E.Do,
    E.bind('lowered', (): E.Either<EngineFailure, LoweredProgram<Shape>> =>
      pipe(
        withSizesOfWeights(program, sizes, weights),
        E.chain((known) => lowerDynamicProgram(program, known, dialect)),
      ),
    ),
    E.tap(({ lowered }) => checkWeights(lowered, weights)),
    E.map(({ lowered }) => assemble(lowered, weights, placement, metadata)),
  )

const assemble = <S extends Shape>(
  lowered: LoweredProgram<S>,
  weights: NamedValues,
  placement: WeightPlacement,
  metadata: Readonly<Record<string, string>>,
): Model<S> => {
  const { graph, inputs, parameters, outputs } = lowered
  const stored = parameters.flatMap((port, i) => {
    const value = Object.hasOwn(weights, port.name) ? weights[port.name] : undefined
    if (value === undefined || !graph.used.has(port.name)) return []
    const bytes = weightBytes(value)
    const isExternal = placement === 'outside' && bytes.byteLength >= smallestExternal
    return [{ port, dims: value.shape, bytes, location: isExternal ? `weight-${i}` : undefined }]
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
          ...stored.map(({ port, dims, bytes, location }) => initializer(port, dims, bytes, location)),
        ],
        input: [...inputs, ...given].map(valueInfo),
        output: Object.values(outputs).map(valueInfo),
      },
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    },
    external: stored.flatMap(({ bytes, location }) => (location === undefined ? [] : [{ location, bytes }])),
  }
}
