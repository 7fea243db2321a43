/** Inspecting a checkpoint by its header: the CLIP that it is, if it is one, and all its tensors. */
import { pipe } from 'fp-ts/lib/function.js'
import * as E from 'fp-ts/lib/Either.js'
import { elementCount } from '../../values/value.js'
import type { Misfit, NamingConvention } from '../../model/index.js'
import { openAiNameUnder } from '../../model/index.js'
import type { PublishedName } from '../../model/clip/published-architectures.js'
import { publishedName } from '../../model/clip/published-name.js'
import * as Effect from '../../effects/effect.js'
import type { StoredType } from '../safetensors/element.js'
import type { TensorStore } from '../safetensors/file.js'
import type { Failure } from '../../effects/failure.js'
import { describeFailure } from '../../effects/explain.js'
import type { OpenedClip } from './clip-checkpoint.js'
import { misfitOf, recogniseClip } from './clip-checkpoint.js'
import type { ClipOptions, CompletedClip } from './completed-clip.js'
import { openCheckpoint } from './open-checkpoint.js'

/** One tensor, as the file describes it. */
export interface ListedTensor {
  readonly name: string
  readonly type: StoredType
  readonly shape: readonly number[]
}

/** A checkpoint as a CLIP. */
export interface InspectedClip extends CompletedClip {
  readonly convention: NamingConvention
  /** The configurations next to it that were read. */
  readonly configurations: readonly string[]
  /** The published CLIP of these sizes, if there is one. */
  readonly backbone: PublishedName | undefined
  /** Numbers that each part has, of those that the CLIP needs. */
  readonly parameters: {
    readonly imageEncoder: number
    readonly textEncoder: number
    readonly logitScale: number
  }
  readonly misfit: Misfit
}

/** What a checkpoint holds. */
export interface CheckpointReport {
  /** The file that was read: of a folder the one in it, of shards their index. */
  readonly path: string
  /** The CLIP, or the reason why it is none. */
  readonly clip: E.Either<string, InspectedClip>
  /** Numbers in the file, whatever they are. */
  readonly elements: number
  /** How many tensors there are of each type. */
  readonly types: Readonly<Record<string, number>>
  readonly tensors: readonly ListedTensor[]
  readonly metadata: Readonly<Record<string, string>>
}

const partOf = (openAiName: string): keyof InspectedClip['parameters'] => {
  if (openAiName.startsWith('visual.')) return 'imageEncoder'
  return openAiName === 'logit_scale' ? 'logitScale' : 'textEncoder'
}

const inspectedClip = (opened: OpenedClip): InspectedClip => {
  const { store, convention, configurations, architecture, preprocessing, assumed, expected } = opened
  const numbersOf = (part: keyof InspectedClip['parameters']): number =>
    [...store.tensors]
      .filter(([name]) => Object.hasOwn(expected, name))
      .filter(([name]) => partOf(openAiNameUnder(convention, name)?.name ?? name) === part)
      .reduce((sum, [, { shape }]) => sum + elementCount(shape), 0)
  return {
    convention,
    backbone: publishedName(architecture),
    configurations,
    architecture,
    preprocessing,
    assumed,
    parameters: {
      imageEncoder: numbersOf('imageEncoder'),
      textEncoder: numbersOf('textEncoder'),
      logitScale: numbersOf('logitScale'),
    },
    misfit: misfitOf(opened),
  }
}

/** Why a file holds no CLIP that is read here, as it completes "it is"; `undefined` where something else went wrong. */
const reasonOf = (store: TensorStore, failure: Failure): string | undefined => {
  if (failure.tag === 'FileUnsupported')
    return failure.path === store.path ? failure.found : `${failure.found} (${failure.path})`
  if (failure.tag !== 'DecodeFailed' && failure.tag !== 'FileBroken') return undefined
  const { where, what } = describeFailure(failure)
  return `a file whose configuration cannot be used: ${where}: ${what}`
}

const clipOf = (store: TensorStore, options: ClipOptions): Effect.Effect<E.Either<string, InspectedClip>> =>
  pipe(
    recogniseClip(store, options),
    Effect.map((opened) => E.right<string, InspectedClip>(inspectedClip(opened))),
    Effect.orElse((failure) => {
      const reason = reasonOf(store, failure)
      return reason === undefined ? Effect.left(failure) : Effect.of(E.left(reason))
    }),
  )

const countTypes = (tensors: readonly ListedTensor[]): Readonly<Record<string, number>> => {
  const types = [...new Set(tensors.map(({ type }) => type))].toSorted()
  return Object.fromEntries(types.map((type) => [type, tensors.filter((one) => one.type === type).length]))
}

/**
 * Reads the header of a checkpoint (of all shards, if there are several) and lists what it holds. A file that is no CLIP
 * is listed with the reason; a broken one fails as `readClip` does.
 *
 * @example
 * pipe(inspectCheckpoint('clip.safetensors'), Effect.map(({ tensors }) => tensors.length))
 */
export const inspectCheckpoint = (path: string, options: ClipOptions = {}): Effect.Effect<CheckpointReport> =>
  pipe(
    openCheckpoint(path),
    Effect.flatMap((store) =>
      pipe(
        clipOf(store, options),
        Effect.map((clip) => {
          const tensors = [...store.tensors.values()].map(({ name, type, shape }) => ({ name, type, shape }))
          return {
            path: store.path,
            clip,
            elements: tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0),
            types: countTypes(tensors),
            tensors: tensors.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
            metadata: store.metadata,
          }
        }),
      ),
    ),
  )
