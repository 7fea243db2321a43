/** A CLIP from a safetensors file: its weights, and the architecture that their shapes give. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import type { TensorValue } from '../../dsl/value.js'
import type { ClipArchitecture } from '../../model/index.js'
import { inferArchitecture } from '../../model/index.js'
import * as Effect from '../effect.js'
import type { NamedValues } from '../engine.js'
import type { Failure } from '../failure.js'
import { readSafetensors } from '../safetensors/file.js'

export interface ClipCheckpoint {
  readonly path: string
  readonly architecture: ClipArchitecture
  readonly weights: NamedValues
}

/** Reads a checkpoint under OpenAI's names. Fails where a tensor that gives a size is missing or misshapen. */
export const readClip = (path: string): Effect.Effect<ClipCheckpoint> =>
  pipe(
    readSafetensors(path),
    Effect.flatMapEither(({ tensors }) =>
      pipe(
        inferArchitecture(R.map(({ shape }: TensorValue) => shape)(tensors)),
        E.bimap(
          ({ tensor, problem }): Failure => ({
            tag: 'FileBroken',
            path,
            format: 'CLIP checkpoint',
            problem: `tensor '${tensor}' ${problem}`,
          }),
          (architecture) => ({ path, architecture, weights: tensors }),
        ),
      ),
    ),
  )
