/** Splitting a data set of folders into two halves that share no image, the same on every machine. Pure. */
import { createHash } from 'node:crypto'

/** Paths of images below the root, `<domain>/<class>/<file>`, each half in the order of its paths. */
export interface Halves {
  readonly seen: readonly string[]
  readonly unseen: readonly string[]
}

/** By code unit, not by the rules of a language: the same order everywhere. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/** Of each domain and class, file names sorted by code unit: positions 0, 2, 4, ... are seen, 1, 3, 5, ... unseen. */
export const alternatingSplit = (paths: readonly string[]): Halves => {
  const sorted = paths.toSorted(byCodeUnit)
  const folders = [...new Set(sorted.map(folderOf))]
  const half = (remainder: 0 | 1): readonly string[] =>
    folders
      .flatMap((folder) =>
        sorted.filter((path) => folderOf(path) === folder).filter((_, i) => i % 2 === remainder),
      )
      .toSorted(byCodeUnit)
  return { seen: half(0), unseen: half(1) }
}

/** A list as a text: a path a line. */
export const listText = (paths: readonly string[]): string => paths.map((path) => `${path}\n`).join('')

/** SHA-256 in hexadecimal digits: of a list's text, or of a file's bytes. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')
