/** Writes a program as an ONNX file. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program } from '../../dsl/program.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailure } from '../failure.js'
import { encodeModel } from './model-proto.js'
import { dynamicModelOf } from './model.js'
import { portable } from './provider.js'

export interface ToOnnxOptions {
  /** Sizes of symbols that the model fixes. Symbols without one, and in no weight, stay open. */
  readonly sizes?: Readonly<Record<string, number>>
  /** Values of parameters that become constants of the model; they fix their symbols. The other parameters become inputs. */
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
 * A symbol that has no size, such as `B` in `['B', 3]`, stays open: it is a `dim_param` of the model's inputs and outputs,
 * and the model runs at every size of it from 1. Inputs that share a symbol must have the same size in it: ONNX Runtime
 * does not compare them. A run at sizes for which a division has a remainder, or a slice leaves its axis, fails.
 *
 * Fails if a node needs the size of a symbol that no input can give (as a random tensor of `['B', 4]` does in a model
 * without inputs, or the reshape of an input `['B*L']`): give `sizes` for it. Fails also if a weight has not the declared
 * shape, and if the file would exceed 2 GiB, the limit of ONNX files.
 *
 * The result of `fit` also holds the state of the optimizer: `bindWeights` picks the weights of a program.
 *
 * @example
 * toOnnx(classifier, { weights, metadata: { classes: 'dog,elephant' } }) // batches of any size
 * toOnnx(classifier, { weights, sizes: { B: 8 } }) // batches of 8
 */
export const toOnnx = (
  program: Program,
  { sizes = {}, weights = {}, metadata = {} }: ToOnnxOptions = {},
): E.Either<EngineFailure, Uint8Array> =>
  pipe(
    dynamicModelOf(program, { sizes, weights, placement: 'inside', dialect: portable, metadata }),
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
