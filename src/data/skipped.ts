/** What lies in a data set's folders and is not read: counted by kind, and said in one line. */
import { extname, relative } from '../effects/paths.js'
import { counted } from '../effects/counted.js'
import { imageSuffixes } from './image-files.js'

/** A file or folder that is not read, and why. */
export interface Skipped {
  readonly path: string
  readonly why: keyof typeof kinds
}

/** How things of a kind are counted, and how many of them are named. */
const kinds = {
  noClasses: (count: number) => `${counted(count, 'folder')} without classes of images`,
  emptyClass: (count: number) => `${counted(count, 'folder')} without images`,
  unusedPart: (count: number) => `${counted(count, 'part')} of a split`,
  belowClass: (count: number) => `${counted(count, 'folder')} below a class`,
  imageBelowClass: (count: number) => `${counted(count, 'image')} below a class`,
  imageOutside: (count: number) => `${counted(count, 'image')} outside of the folders of classes`,
  unlisted: (count: number) => `${counted(count, 'image')} that no list names`,
  otherFile: (count: number) => `${counted(count, 'file')} of other kinds`,
  notAFile: (count: number) => `${counted(count, 'broken link')} or the like`,
  hidden: (count: number) => `${count} hidden`,
} as const

/** Places of a kind that are named; the others are counted. */
const namedAtMost = 3

const places = (root: string, paths: readonly string[]): string => {
  const named = paths.slice(0, namedAtMost).map((path) => relative(root, path))
  return [...named, ...(paths.length > namedAtMost ? ['...'] : [])].join(', ')
}

/** Files by the ends of their names, the most frequent first: `2 .bmp, 1 without a suffix`. */
const suffixes = (paths: readonly string[]): string => {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const suffix = extname(path).toLowerCase() || 'without a suffix'
    counts.set(suffix, (counts.get(suffix) ?? 0) + 1)
  }
  const byCount = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return [
    ...byCount.slice(0, namedAtMost).map(([suffix, count]) => `${count} ${suffix}`),
    ...(byCount.length > namedAtMost ? ['...'] : []),
  ].join(', ')
}

const readable = `${imageSuffixes.join(', ')} are read`

/**
 * One line that counts what was skipped under a root, kind by kind; no line where nothing was.
 *
 * @example
 * skippedLine('data', [{ path: 'data/__MACOSX', why: 'noClasses' }])
 * // ['skipped in data: 1 folder without classes of images (__MACOSX)']
 */
export const skippedLine = (root: string, skipped: readonly Skipped[]): readonly string[] => {
  const parts = Object.entries(kinds).flatMap(([kind, say]) => {
    const paths = skipped.filter(({ why }) => why === kind).map(({ path }) => path)
    if (paths.length === 0) return []
    const named = kind === 'otherFile' ? `${suffixes(paths)}; ${readable}` : places(root, paths)
    return [`${say(paths.length)} (${named})`]
  })
  return parts.length === 0 ? [] : [`skipped in ${root}: ${parts.join('; ')}`]
}
