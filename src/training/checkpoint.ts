/** Saving and restoring a training run's state: one safetensors file, whole or not at all. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { NamedValues } from '../values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { ifThere } from '../effects/operations.js'
import { readSafetensors, writeSafetensors } from '../formats/safetensors/file.js'

/** A training state: everything that the next step depends on. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number
  /** Learnable parameters and optimizer state, under the names of the step's parameters. */
  readonly state: NamedValues
}

export const saveCheckpoint = (path: string, { step, state }: Checkpoint): Effect.Effect<void> =>
  writeSafetensors(path, state, { metadata: { step: String(step) } })

const stepOf = (path: string, metadata: Readonly<Record<string, string>>): E.Either<Failure, number> => {
  const step = Number(metadata['step'])
  return Number.isInteger(step) && step >= 0
    ? E.right(step)
    : E.left({
        tag: 'FileBroken',
        path,
        format: 'checkpoint',
        problem: 'its metadata lacks the step after which it was saved',
      })
}

/** The checkpoint at a path, or `undefined` if there is none. A broken file is a failure. */
export const loadCheckpoint = (path: string): Effect.Effect<Checkpoint | undefined> =>
  pipe(
    readSafetensors(path),
    Effect.flatMapEither(({ tensors, metadata }) =>
      pipe(
        stepOf(path, metadata),
        E.map((step): Checkpoint => ({ step, state: tensors })),
      ),
    ),
    ifThere(path),
  )
