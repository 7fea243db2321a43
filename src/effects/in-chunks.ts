/** Walking over many items: a chunk at a time, with progress, and a chance to stop before each chunk. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from './effect.js'
import { reportProgress, yieldControl } from './operations.js'

/** Items in chunks of `size`; the last has what is left. */
export const chunksOf = <A>(items: readonly A[], size: number): readonly (readonly A[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

/**
 * Runs a procedure for each chunk of `size` items, in order; the results in the same order. Shows under `label` how many
 * items are done. Fails with the first failure, or with `Interrupted` between two chunks.
 *
 * @example
 * const hashes = inChunks('hashing', ['a.jpg', 'b.jpg'], 100, (paths) =>
 *   pipe(paths, Effect.traverseArray((path) => hashFile(path, 'sha256'))),
 * ) // an array for each chunk
 */
export const inChunks = <A, B>(
  label: string,
  items: readonly A[],
  size: number,
  body: (chunk: readonly A[]) => Effect.Effect<B>,
): Effect.Effect<readonly B[]> =>
  pipe(
    chunksOf(items, size),
    Effect.traverseArrayWithIndex((i, chunk) =>
      pipe(
        yieldControl,
        Effect.flatMap(() => body(chunk)),
        Effect.tap(() =>
          reportProgress({ label, done: i * size + chunk.length, total: items.length, fields: {} }),
        ),
      ),
    ),
  )
