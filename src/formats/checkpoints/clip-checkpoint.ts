/** A CLIP from a checkpoint: its weights, and the architecture that their shapes give. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ClipArchitecture, Misfit, NamingConvention, TensorShapes } from '../../model/index.js'
import {
  clipTensors,
  compareShapes,
  fits,
  inferArchitecture,
  namesUnder,
  namingConventionOf,
  possessive,
  renamedFrom,
  shapesUnder,
  shapesUnderOpenAiNames,
} from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import type { TensorStore } from '../safetensors/file.js'
import { readTensors } from '../safetensors/file.js'
import { completedArchitecture } from './companion-configuration.js'
import { openCheckpoint } from './open-checkpoint.js'

export interface ClipCheckpoint {
  readonly path: string
  readonly architecture: ClipArchitecture
  /** Under OpenAI's names, whatever the file's are. */
  readonly weights: NamedValues
}

/** A CLIP that is known by the names and shapes of its tensors, and not yet read. */
export interface OpenedClip {
  readonly store: TensorStore
  readonly convention: NamingConvention
  readonly architecture: ClipArchitecture
  /** Shapes of the tensors that it needs, under the file's names. */
  readonly expected: TensorShapes
}

const shapesOf = ({ tensors }: TensorStore): TensorShapes =>
  Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))

/** The architecture that shapes give; a failure names the tensor at fault as the file names it. */
const architectureOf = (
  store: TensorStore,
  convention: NamingConvention,
): E.Either<Failure, ClipArchitecture> =>
  pipe(
    inferArchitecture(shapesUnderOpenAiNames(convention, shapesOf(store))),
    E.mapLeft(({ tensor, problem }) => ({
      tag: 'FileUnsupported',
      path: store.path,
      found: `no CLIP whose sizes can be inferred: tensor '${namesUnder(convention, tensor)[0]?.name ?? tensor}' ${problem}`,
      advice: 'check that it is a CLIP',
      help: 'inspect',
    })),
  )

const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`

const misfitFailure = (path: string, convention: NamingConvention, misfit: Misfit): Failure => ({
  tag: 'CheckpointMisfit',
  path,
  model: `a CLIP under ${possessive(convention)} names`,
  missing: misfit.missing,
  unexpected: misfit.unexpected,
  misshapen: misfit.misshapen.map(({ name, expected, found }) => ({
    name,
    expected: shown(expected),
    found: shown(found),
  })),
})

/** Shapes of all that an architecture needs, under the file's names. */
const expectedOf = (
  path: string,
  convention: NamingConvention,
  architecture: ClipArchitecture,
): E.Either<Failure, TensorShapes> =>
  pipe(
    clipTensors(architecture),
    E.bimap(
      (fault): Failure => ({ tag: 'ProgramRejected', where: path, fault }),
      (shapes) => shapesUnder(convention, shapes),
    ),
  )

/** Recognises the CLIP of a store, complete or not. */
export const recogniseClip = (store: TensorStore): Effect.Effect<OpenedClip> => {
  const convention = namingConventionOf([...store.tensors.keys()])
  return pipe(
    Effect.fromEither(architectureOf(store, convention)),
    Effect.flatMap((inferred) => completedArchitecture(store, convention, inferred)),
    Effect.flatMapEither((architecture) =>
      pipe(
        expectedOf(store.path, convention, architecture),
        E.map((expected) => ({ store, convention, architecture, expected })),
      ),
    ),
  )
}

/** How the tensors of an opened file differ from those that its CLIP needs. */
export const misfitOf = ({ store, expected }: OpenedClip): Misfit => compareShapes(expected, shapesOf(store))

/** Reads the weights of an opened CLIP. `path` names it in the result. Fails with `CheckpointMisfit` if tensors differ. */
export const readOpenedClip = (path: string, opened: OpenedClip): Effect.Effect<ClipCheckpoint> => {
  const { store, convention, architecture, expected } = opened
  const misfit = misfitOf(opened)
  if (!fits(misfit)) return Effect.left(misfitFailure(store.path, convention, misfit))
  return pipe(
    readTensors(store, Object.keys(expected)),
    Effect.flatMapEither((tensors) =>
      pipe(
        renamedFrom(convention)(tensors),
        E.bimap(
          ({ tensor, problem }): Failure => ({
            tag: 'FileBroken',
            path: store.path,
            format: 'CLIP checkpoint',
            problem: `tensor '${tensor}' ${problem}`,
          }),
          (weights) => ({ path, architecture, weights }),
        ),
      ),
    ),
  )
}

/**
 * Reads a CLIP: a safetensors file, the index of a sharded one, or a folder with either; under OpenAI's names,
 * open_clip's or Hugging Face's; in float32, float16 or bfloat16, which become float32 exactly.
 *
 * Sizes are inferred from shapes; heads are one for every 64 features, unless a `config.json` or
 * `open_clip_config.json` next to the file says otherwise. Fails with `FileUnsupported` for a file that is no such CLIP,
 * with `CheckpointMisfit`, listing every tensor that is missing, unexpected or of another shape, and with whatever is
 * wrong with the file.
 *
 * @example
 * pipe(readClip('clip-vit-base-patch16'), Effect.map(({ architecture }) => architecture.embedDim)) // 512
 */
export const readClip = (path: string): Effect.Effect<ClipCheckpoint> =>
  pipe(
    openCheckpoint(path),
    Effect.flatMap(recogniseClip),
    Effect.flatMap((opened) => readOpenedClip(path, opened)),
  )
