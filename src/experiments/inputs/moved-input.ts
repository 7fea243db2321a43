/** Inputs of a run that are no longer where its configuration says. */
import type * as Effect from '../../effects/effect.js'
import { mapError } from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'

/** Says of a file or folder that is missing at the place of an input that the input has moved, and which setting gives its place. */
export const orMoved = (
  field: 'data' | 'clip',
  path: string,
  directory: string,
): (<A>(effect: Effect.Effect<A>) => Effect.Effect<A>) =>
  mapError((failure): Failure =>
    failure.tag === 'FileMissing' && failure.path === path
      ? {
          tag: 'InvalidSetting',
          field,
          at: path,
          problem: `no such ${failure.kind}, though ${directory} was trained with it`,
          advice: 'give the place where it is now',
        }
      : failure,
  )
