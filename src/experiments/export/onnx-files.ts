/** An ONNX model as files: a single one if it fits, otherwise with its weights in a second file. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Shape } from '../../shapes/dim.js'
import type { NamedValues } from '../../values/named-values.js'
import type { TensorProto } from '../../engines/onnx/model-proto.js'
import { encodeModel } from '../../engines/onnx/model-proto.js'
import type { ExternalData, Model } from '../../engines/onnx/model.js'
import { dynamicModelOf } from '../../engines/onnx/model.js'
import { portable } from '../../engines/onnx/provider.js'
import type { EngineFailure } from '../../engines/failure.js'
import type { Classifier } from './classifier.js'

interface OnnxFiles {
  readonly model: Uint8Array
  /** Contents of the second file, one after the other; empty if the model holds its weights itself. */
  readonly data: readonly Uint8Array[]
}

/** Bytes of weights up to which a model holds them itself: a protobuf message ends at 2 GiB. */
const singleFileLimit = 2 ** 31 - 2 ** 26

const sizeOf = (weights: NamedValues): number =>
  Object.values(weights).reduce((total, { data }) => total + 4 * data.length, 0)

/** The offset in bytes of each weight, when all are written one after the other. */
const offsetsOf = (external: readonly ExternalData[]): ReadonlyMap<string, number> => {
  const offsets = new Map<string, number>()
  let offset = 0
  for (const { location, bytes } of external) {
    offsets.set(location, offset)
    offset += bytes.byteLength
  }
  return offsets
}

/** The model with all its external weights in one file. */
const inOneFile = ({ proto, external }: Model<Shape>, dataFile: string): OnnxFiles => {
  const offsets = offsetsOf(external)
  const moved = (tensor: TensorProto): TensorProto => {
    const entry = (key: string): string | undefined =>
      tensor.externalData?.find((other) => other.key === key)?.value
    const offset = offsets.get(entry('location') ?? '')
    return offset === undefined
      ? tensor
      : {
          ...tensor,
          externalData: [
            { key: 'location', value: dataFile },
            { key: 'offset', value: String(offset) },
            { key: 'length', value: entry('length') ?? '' },
          ],
        }
  }
  const { graph } = proto
  return {
    model: encodeModel({ ...proto, graph: { ...graph, initializer: graph.initializer.map(moved) } }),
    data: external.map(({ bytes }) => bytes),
  }
}

/**
 * The files of a classifier's model, of standard operators only. `dataFile` is the name of the second file, relative to
 * the first.
 */
export const onnxFiles = (
  { program, weights, sizes }: Classifier,
  {
    metadata,
    dataFile,
    limit = singleFileLimit,
  }: {
    readonly metadata: Readonly<Record<string, string>>
    readonly dataFile: string
    readonly limit?: number
  },
): E.Either<EngineFailure, OnnxFiles> => {
  const placement = sizeOf(weights) <= limit ? 'inside' : 'outside'
  return pipe(
    dynamicModelOf(program, { sizes, weights, placement, dialect: portable, metadata }),
    E.map((model) =>
      placement === 'inside' ? { model: encodeModel(model.proto), data: [] } : inOneFile(model, dataFile),
    ),
  )
}
