/** The sizes of a program's symbols, read from a batch. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { bindSizes } from '../dsl/bind-sizes.js'
import type { Sizes } from '../shapes/dim.js'
import type { Program } from '../dsl/program.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { programRejected } from '../engines/failure.js'
import { similarNames } from '../engines/similar-names.js'

/**
 * The sizes at which a program runs on a batch; `known` gives those of symbols that no input has.
 *
 * Fails with `TensorMissing` where the batch lacks an input, and with `ProgramRejected` where a value does not have the
 * declared shape, or a symbol has two sizes.
 */
export const sizesOfBatch = (
  program: Program,
  batch: NamedValues,
  known: Sizes = {},
): E.Either<Failure, Sizes> =>
  pipe(
    program.inputs,
    E.traverseArray(({ attributes: { name, shape } }) => {
      const value = Object.hasOwn(batch, name) ? batch[name] : undefined
      return value === undefined
        ? E.left<Failure>({
            tag: 'TensorMissing',
            name,
            where: 'batch',
            similar: similarNames(name, Object.keys(batch)),
          })
        : E.right({ name, declared: shape, actual: value.shape })
    }),
    E.chain((given) =>
      pipe(
        bindSizes(given, known),
        E.mapLeft((fault): Failure => programRejected('batch')(fault)),
      ),
    ),
  )
