/** A CLIP from a checkpoint: its weights, and the architecture that their shapes and its configurations give. */
import { dirname } from '../../effects/paths.js'
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
import { checkFinite } from '../../effects/check-finite.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { printLine } from '../../effects/operations.js'
import type { TensorStore } from '../safetensors/file.js'
import { readTensors } from '../safetensors/file.js'
import { readCompanions } from './companion-configuration.js'
import type { Assumption, ClipOptions, CompletedClip } from './completed-clip.js'
import { assumptionInWords, completedClip } from './completed-clip.js'
import { familyOfTensors } from './families.js'
import { openCheckpoint } from './open-checkpoint.js'

export interface ClipCheckpoint extends CompletedClip {
  readonly path: string
  /** Under OpenAI's names, whatever the file's are. */
  readonly weights: NamedValues
}

/** A CLIP that is known by the names and shapes of its tensors, and not yet read. */
export interface OpenedClip extends CompletedClip {
  readonly store: TensorStore
  readonly convention: NamingConvention
  /** The configurations next to it that were read. */
  readonly configurations: readonly string[]
  /** Shapes of the tensors that it needs, under the file's names. */
  readonly expected: TensorShapes
}

const shapesOf = ({ tensors }: TensorStore): TensorShapes =>
  Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))

/** The architecture that shapes give; a failure names the tensor at fault as the file names it. */
export const architectureOf = (
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

/** The one number by which logits are multiplied: of shape [], or [1] as open_clip can save it. */
const logitScale = 'logit_scale'

/** Shapes of all that an architecture needs, under the file's names. */
const expectedOf = (
  { path, tensors }: TensorStore,
  convention: NamingConvention,
  architecture: ClipArchitecture,
): E.Either<Failure, TensorShapes> =>
  pipe(
    clipTensors(architecture),
    E.bimap(
      (fault): Failure => ({ tag: 'ProgramRejected', where: path, fault }),
      (shapes) => ({
        ...shapesUnder(convention, shapes),
        ...(tensors.get(logitScale)?.shape.join() === '1' ? { [logitScale]: [1] } : {}),
      }),
    ),
  )

/** Fails for the tensors of a model that is like CLIP and computes something else, and names it. */
const refuseOthers = ({ path, tensors }: TensorStore): E.Either<Failure, void> => {
  const other = familyOfTensors([...tensors.keys()])
  return other === undefined
    ? E.right(undefined)
    : E.left({ tag: 'FileUnsupported', path, ...other, help: 'inspect' })
}

/**
 * Recognises the CLIP of a store, complete or not, with the configurations that lie next to it.
 *
 * Fails with `FileUnsupported` for another model, or for a configuration of something that is not computed here; with
 * `DecodeFailed` for a configuration that contradicts the tensors or another one; with `InvalidSetting` if an activation is
 * asked for that is not the one that a configuration states.
 */
export const recogniseClip = (store: TensorStore, options: ClipOptions = {}): Effect.Effect<OpenedClip> => {
  const convention = namingConventionOf([...store.tensors.keys()])
  return pipe(
    Effect.Do,
    Effect.tapEither(() => refuseOthers(store)),
    Effect.bind('companions', () => readCompanions(dirname(store.path))),
    Effect.bindEither('inferred', () => architectureOf(store, convention)),
    Effect.bindEither('completed', ({ companions, inferred }) =>
      completedClip(companions, inferred, options),
    ),
    Effect.bindEither('expected', ({ completed }) => expectedOf(store, convention, completed.architecture)),
    Effect.map(({ companions, completed, expected }) => ({
      store,
      convention,
      ...completed,
      configurations: companions.paths,
      expected,
    })),
  )
}

/** How the tensors of an opened file differ from those that its CLIP needs. */
export const misfitOf = ({ store, expected }: OpenedClip): Misfit => compareShapes(expected, shapesOf(store))

/** The scale of logits as the program declares it, of shape []. */
const withScalarScale = (weights: NamedValues): NamedValues => {
  const scale = weights[logitScale]
  return scale === undefined ? weights : { ...weights, [logitScale]: { ...scale, shape: [] } }
}

/**
 * Reads the weights of an opened CLIP. `path` names it in the result. Fails with `CheckpointMisfit` if tensors differ, with
 * `NotFinite` for a weight that is NaN or infinite, naming its tensor.
 */
export const readOpenedClip = (path: string, opened: OpenedClip): Effect.Effect<ClipCheckpoint> => {
  const { store, convention, architecture, preprocessing, assumed, expected } = opened
  const misfit = misfitOf(opened)
  if (!fits(misfit)) return Effect.left(misfitFailure(store.path, convention, misfit))
  return pipe(
    readTensors(store, Object.keys(expected)),
    Effect.flatMapEither(
      checkFinite({
        where: store.path,
        advice: 'the weights were saved from a run that diverged: take others',
      }),
    ),
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
          (weights) => ({ path, architecture, preprocessing, assumed, weights: withScalarScale(weights) }),
        ),
      ),
    ),
  )
}

/** Says what is assumed of a CLIP, where its activation is. */
const sayAssumed = (path: string, assumed: readonly Assumption[]): Effect.Effect<void> =>
  Effect.when(assumed.includes('activation'))(
    printLine(
      `${path}: no configuration next to it says what its tensors do not show; assumed as in OpenAI's CLIPs: ` +
        `${assumed.map(assumptionInWords).join('; ')}. If that is not so, state the activation, or put the model's ` +
        'config.json or open_clip_config.json next to the weights',
    ),
  )

/**
 * Reads a CLIP: a safetensors file, the index of a sharded one, or a folder with either; under OpenAI's names,
 * open_clip's or Hugging Face's; in float32, float16 or bfloat16, which become float32 exactly.
 *
 * Sizes are inferred from shapes. Heads, activation, epsilon and the preprocessing of images are those of the
 * `config.json`, `open_clip_config.json` and `preprocessor_config.json` next to the file, whatever names its tensors have;
 * without a configuration they are assumed as in OpenAI's CLIPs, but for the activation that is asked for: `assumed` lists
 * what is, and a line is printed if the activation is.
 *
 * Fails as `recogniseClip` does; with `CheckpointMisfit`, listing every tensor that is missing, unexpected or of another
 * shape; with `NotFinite` for a weight that is NaN or infinite; and with whatever else is wrong with the file.
 *
 * @example
 * pipe(readClip('clip-vit-base-patch16'), Effect.map(({ architecture }) => architecture.embedDim)) // 512
 * readClip('ViT-B-32.safetensors', { activation: 'gelu' })
 */
export const readClip = (path: string, options: ClipOptions = {}): Effect.Effect<ClipCheckpoint> =>
  pipe(
    openCheckpoint(path),
    Effect.flatMap((store) => recogniseClip(store, options)),
    Effect.tap(({ assumed }) => sayAssumed(path, assumed)),
    Effect.flatMap((opened) => readOpenedClip(path, opened)),
  )
