/** Saving and restoring a training run's state: one safetensors file, whole or not at all. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { NamedValues } from '../dsl/values/named-values.js'
import type { Failure } from '../effects/failure.js'
import { pathStatus } from '../effects/operations.js'
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
        problem: 'it does not say after which step it was saved',
      })
}

/** The checkpoint at a path, or `undefined` where there is none yet. A broken file is a failure, not a fresh start. */
export const loadCheckpoint = (path: string): Effect.Effect<Checkpoint | undefined> =>
  pipe(
    pathStatus(path),
    Effect.flatMap(({ kind }) =>
      kind === 'missing'
        ? Effect.of<Checkpoint | undefined>(undefined)
        : pipe(
            readSafetensors(path),
            Effect.flatMapEither(({ tensors, metadata }) =>
              pipe(
                stepOf(path, metadata),
                E.map((step): Checkpoint | undefined => ({ step, state: tensors })),
              ),
            ),
          ),
    ),
  )
