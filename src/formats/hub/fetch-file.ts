/** Fetching one file of a repository: in parts, continued where it broke off, and checked by its hash. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import type { FileHash, HubFile, HubRepository } from '../../effects/instruction.js'
import {
  appendBytes,
  hashFile,
  moveFile,
  pathStatus,
  readHub,
  remove,
  reportProgress,
  yieldControl,
} from '../../effects/operations.js'

/** Bytes in a request. What has arrived of one that breaks off is kept. */
const usualPart = 16 * 2 ** 20

/** Where a part is kept: the name has the file's hash, so that no part of another file is continued. */
const partialPath = (target: string, { digits }: FileHash): string =>
  `${target}.${digits.slice(0, 12)}.partial`

const sizeOf = (path: string): Effect.Effect<number> =>
  pipe(
    pathStatus(path),
    Effect.map((status) => (status.kind === 'file' ? status.size : 0)),
  )

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10

const showProgress = (file: HubFile, done: number): Effect.Effect<void> =>
  reportProgress({
    label: file.path,
    done: megabytes(done),
    total: megabytes(file.size),
    fields: { of: 'MB' },
  })

/** Fetches the rest of a file. */
const complete = (from: HubRepository, file: HubFile, partial: string, part: number): Effect.Effect<void> =>
  pipe(
    sizeOf(partial),
    // A file that is longer than the whole cannot be a part of it.
    Effect.flatMap((size) => (size > file.size ? pipe(remove(partial), Effect.as(0)) : Effect.of(size))),
    Effect.flatMap((size) =>
      Effect.iterate(size, {
        while: (have) => have < file.size,
        body: (have) =>
          pipe(
            readHub(from, file.path, have, Math.min(part, file.size - have)),
            Effect.flatMap((bytes) => pipe(appendBytes(partial, bytes), Effect.as(have + bytes.length))),
            Effect.tap((done) => showProgress(file, done)),
            Effect.tap(() => yieldControl),
          ),
      }),
    ),
    Effect.as(undefined),
  )

/** Whether a file is there with all its bytes, and they are the right ones. */
const isThere = (target: string, file: HubFile): Effect.Effect<boolean> =>
  pipe(
    pathStatus(target),
    Effect.flatMap((status) =>
      status.kind === 'file' && status.size === file.size
        ? pipe(
            hashFile(target, file.hash.kind),
            Effect.map((digits) => digits === file.hash.digits),
          )
        : Effect.of(false),
    ),
  )

/** A file that was fetched, or was there. */
export interface Fetched {
  readonly path: string
  /** It was there already, and was left as it is. */
  readonly already: boolean
}

/**
 * Fetches a file to a path, unless it is there. After a crash, a stop or a broken connection, the part that arrived is
 * kept next to it, and the next call continues from there; the file itself appears whole, or not at all.
 *
 * Fails with `HubUnreachable`, `HubRefused`, and with `HashMismatch` if the bytes are not those that the hub lists: the
 * file is removed then.
 */
export const fetchFile = (
  from: HubRepository,
  file: HubFile,
  target: string,
  { part = usualPart }: { readonly part?: number } = {},
): Effect.Effect<Fetched> => {
  const partial = partialPath(target, file.hash)
  const { kind, digits } = file.hash
  const download = pipe(
    complete(from, file, partial, part),
    Effect.apSecond(hashFile(partial, kind)),
    Effect.flatMap((found) =>
      found === digits
        ? moveFile(partial, target)
        : pipe(
            remove(partial),
            Effect.apSecond(
              Effect.left({
                tag: 'HashMismatch',
                path: target,
                expected: `${kind} ${digits}`,
                found: `${kind} ${found}`,
              }),
            ),
          ),
    ),
    Effect.as({ path: target, already: false }),
  )
  return pipe(
    isThere(target, file),
    Effect.flatMap((already) => (already ? Effect.of({ path: target, already }) : download)),
  )
}
