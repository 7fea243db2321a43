/** A program as an ONNX file: to be run wherever ONNX is. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/program.js'
import type { NamedValues } from '../../dsl/values/named-values.js'
import type { EngineFailure } from '../failure.js'
import { encodeModel } from './model-proto.js'
import { modelOf } from './model.js'
import { portable } from './provider.js'

export interface ToOnnxOptions {
  /** Sizes of the symbolic dims. */
  readonly sizes?: Readonly<Record<string, number>>
  /** Values of parameters: these become constants of the model, the other parameters become inputs. */
  readonly weights?: NamedValues
  /** Written into the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** What a protobuf message may hold. */
const protobufLimit = 2 ** 31 - 1

/**
 * The bytes of an `.onnx` file (opset 20, standard operators only). Inputs, parameters and outputs keep their
 * names, except that an output named like an input gets a number at its end.
 *
 * Fails where a symbol has no size, where a weight is not of the declared shape, and where the file would be larger
 * than the 2 GiB that ONNX files can be.
 *
 * What `fit` returns holds the state of the optimizer, too: `bindWeights` picks out the weights of a program.
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
