/** Folders that cannot be listed: that are not there, or that the system does not let this user see, such as `lost+found`. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { FolderEntry } from '../effects/instruction.js'
import { listFolder } from '../effects/operations.js'

/** What lies in a folder; a folder that is not there holds nothing. */
export const entriesIfThere = (folder: string): Effect.Effect<readonly FolderEntry[]> =>
  pipe(
    listFolder(folder),
    Effect.orElse((failure) => (failure.tag === 'FileMissing' ? Effect.of([]) : Effect.left(failure))),
  )

/** Gives another value where a folder itself cannot be listed; what is refused below it remains a failure. */
export const orIfUnlistable =
  <B>(path: string, otherwise: B) =>
  <A>(effect: Effect.Effect<A>): Effect.Effect<A | B> =>
    pipe(
      effect,
      Effect.orElse<A, B>((failure) =>
        failure.tag === 'FileRefused' && failure.action === 'list' && failure.path === path
          ? Effect.of(otherwise)
          : Effect.left(failure),
      ),
    )
