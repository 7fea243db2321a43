/** Writes a program as an ONNX file. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/program.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailure } from '../failure.js'
import { encodeModel } from './model-proto.js'
import { modelOf } from './model.js'
import { portable } from './provider.js'

export interface ToOnnxOptions {
  /** Sizes of the symbolic dims. */
  readonly sizes?: Readonly<Record<string, number>>
  /** Values of parameters that become constants of the model. The other parameters become inputs. */
  readonly weights?: NamedValues
  /** Entries of the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** The largest protobuf message, in bytes. */
const protobufLimit = 2 ** 31 - 1

/**
 * The bytes of an `.onnx` file (opset 20, standard operators only). Inputs, parameters and outputs keep their names,
 * except that an output with the name of an input gets a number at its end.
 *
 * Fails if a symbol has no size, if a weight has not the declared shape, and if the file would exceed 2 GiB, the limit
 * of ONNX files.
 *
 * The result of `fit` also holds the state of the optimizer: `bindWeights` picks the weights of a program.
 *
 * @example
 * toOnnx(classifier, { sizes: { B: 8 }, weights, metadata: { classes: 'dog,elephant' } })
 */
export const toOnnx = (
  program: Program,
  { sizes = {}, weights = {}, metadata = {} }: ToOnnxOptions = {},
): E.Either<EngineFailure, Uint8Array> =>
  pipe(
    modelOf(program, { sizes, weights, placement: 'inside', dialect: portable, metadata }),
    E.filterOrElse(
      ({ proto }) =>
        proto.graph.initializer.reduce((total, { rawData }) => total + (rawData?.byteLength ?? 0), 0) <
        protobufLimit,
      (): EngineFailure => ({
        tag: 'EngineFailed',
        engine: 'onnx',
        stage: 'compile',
        reason: 'the weights are larger than the 2 GiB that an ONNX file can hold',
        advice: 'leave the largest out of `weights`; they become inputs of the model',
      }),
    ),
    E.map(({ proto }) => encodeModel(proto)),
  )
