/** The images that paths name: each itself, or all that lie in a folder and below it. */
import { pipe } from 'fp-ts/lib/function.js'
import { isImage, isVisibleFolder } from '../../data/image-files.js'
import * as Effect from '../../effects/effect.js'
import { listFolder, pathStatus } from '../../effects/operations.js'
import { join } from '../../effects/paths.js'

const inFolder = (folder: string): Effect.Effect<readonly string[]> =>
  pipe(
    listFolder(folder),
    Effect.flatMap(
      Effect.traverseArray((entry) => {
        const path = join(folder, entry.name)
        if (isVisibleFolder(entry)) return inFolder(path)
        return Effect.of(isImage(entry) ? [path] : [])
      }),
    ),
    Effect.map((paths) => paths.flat()),
  )

/**
 * Paths of images in the order in which they are named, those of a folder by name; each once. A file that is named is an image
 * whatever it is called.
 *
 * Fails with `FileMissing` where there is nothing at a path.
 *
 * @example
 * interpret(imagePaths(['photos', 'one-more.jpg']))
 */
export const imagePaths = (paths: readonly string[]): Effect.Effect<readonly string[]> =>
  pipe(
    paths,
    Effect.traverseArray((path): Effect.Effect<readonly string[]> =>
      pipe(
        pathStatus(path),
        Effect.flatMap(({ kind }) => {
          if (kind === 'missing') return Effect.left({ tag: 'FileMissing', path, kind: 'file' })
          return kind === 'folder' ? inFolder(path) : Effect.of([path])
        }),
      ),
    ),
    Effect.map((found) => [...new Set(found.flat())]),
  )
