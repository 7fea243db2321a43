/** Folders that the system does not let this user list, such as `lost+found` in the root of a disk. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'

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
