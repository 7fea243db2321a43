/** A checkpoint as people have them: a safetensors file, the index of several, or a folder that holds either. */
import { dirname, join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import type { FolderEntry } from '../../effects/instruction.js'
import { listFolder, pathStatus } from '../../effects/operations.js'
import type { TensorStore } from '../safetensors/file.js'
import { openSafetensors, openSharded } from '../safetensors/file.js'

/** Names of a CLIP's checkpoint in a folder, best first. With a file of open_clip's, `model.safetensors` is a part of it. */
export const usualNames = [
  'open_clip_model.safetensors',
  'open_clip_pytorch_model.safetensors',
  'model.safetensors',
  'model.safetensors.index.json',
  'clip.safetensors',
] as const

/** Files that hold weights, those of PyTorch included: opening one fails with advice. */
const holdsWeights = /\.(safetensors|safetensors\.index\.json|pt|pth|bin)$/

const fileOf = (folder: string, entries: readonly FolderEntry[]): E.Either<Failure, string> => {
  const files = entries.filter(({ kind }) => kind === 'file').map(({ name }) => name)
  const usual = usualNames.find((name) => files.includes(name))
  const candidates = usual === undefined ? files.filter((name) => holdsWeights.test(name)) : [usual]
  const [first, second] = candidates
  if (first !== undefined && second === undefined) return E.right(join(folder, first))
  return E.left({
    tag: 'FileUnsupported',
    path: folder,
    found:
      first === undefined
        ? 'a folder that holds no checkpoint'
        : `a folder that holds several files of weights: ${candidates.join(', ')}`,
    advice: first === undefined ? `it would be called ${usualNames.join(', or ')}` : 'name one of them',
  })
}

const openFile = (path: string): Effect.Effect<TensorStore> =>
  path.endsWith('.json') ? openSharded(path) : openSafetensors(path)

/**
 * Opens a checkpoint: reads names, types and shapes of its tensors, and nothing else.
 *
 * Fails with `FileUnsupported` if a folder holds no checkpoint, or several that could be meant.
 *
 * @example
 * openCheckpoint('clip-vit-base-patch16') // the folder's model.safetensors, or what its index names
 */
export const openCheckpoint = (path: string): Effect.Effect<TensorStore> =>
  pipe(
    pathStatus(path),
    Effect.flatMap((status) =>
      status.kind === 'folder'
        ? pipe(
            listFolder(path),
            Effect.flatMapEither((entries) => fileOf(path, entries)),
            Effect.flatMap(openFile),
          )
        : openFile(path),
    ),
  )

/** The path of another file in the folder of a checkpoint. */
export const siblingPath = (store: TensorStore, name: string): string => join(dirname(store.path), name)
