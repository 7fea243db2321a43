/**
 * Paths as text, in the rules of POSIX and without the system: the same in Node and in a tab, where there is no
 * `node:path`. Parts are joined by `/`, which Node also takes on Windows; there, `\` separates parts, too.
 */

const onWindows = typeof process === 'object' && process.platform === 'win32'

/** A path with `/` between its parts. */
const slashed = (path: string): string => (onWindows ? path.replaceAll('\\', '/') : path)

/** The parts of a path without `.`, and without `..` where the part before it is known. */
const partsOf = (path: string): readonly string[] => {
  const parts: string[] = []
  for (const part of slashed(path).split('/')) {
    if (part === '' || part === '.') continue
    const before = parts.at(-1)
    if (part !== '..' || ((before === undefined || before === '..') && !isAbsolute(path))) parts.push(part)
    else parts.pop()
  }
  return parts
}

const isAbsolute = (path: string): boolean => slashed(path).startsWith('/')

/**
 * The shortest path to the same place; `.` for the folder where it begins. A `/` at the end is dropped.
 *
 * @example
 * normalize('runs//first/../second/') // 'runs/second'
 */
export const normalize = (path: string): string => {
  const joined = partsOf(path).join('/')
  if (isAbsolute(path)) return `/${joined}`
  return joined === '' ? '.' : joined
}

/**
 * One path of several parts, normalized.
 *
 * @example
 * join('runs', 'first', 'run.json') // 'runs/first/run.json'
 */
export const join = (...parts: readonly string[]): string =>
  normalize(parts.filter((part) => part !== '').join('/'))

/** The folder that holds what is at a path: `runs` for `runs/first`, `.` for `first`, `/` for `/`. */
export const dirname = (path: string): string => {
  const trimmed = slashed(path).replace(/\/+$/, '')
  const end = trimmed.lastIndexOf('/')
  if (end > 0) return trimmed.slice(0, end).replace(/\/+$/, '') || '/'
  return isAbsolute(path) ? '/' : '.'
}

/** The last part of a path: `run.json` for `runs/first/run.json`. */
export const basename = (path: string): string => slashed(path).replace(/\/+$/, '').split('/').at(-1) ?? ''

/** The end of a path's last part from its last dot: `.png` for `dog.png`; empty for `dog` and for `.dog`. */
export const extname = (path: string): string => /[^.](\.[^.]*)$/.exec(basename(path))?.[1] ?? ''

/**
 * The path from one folder to a place, both absolute or both relative to the same folder.
 *
 * @example
 * relative('data/pacs', 'data/pacs/photo/dog/1.png') // 'photo/dog/1.png'
 */
export const relative = (from: string, to: string): string => {
  const [start, end] = [partsOf(from), partsOf(to)]
  const differs = start.findIndex((part, i) => part !== end[i])
  const shared = differs === -1 ? start.length : differs
  return [...start.slice(shared).map(() => '..'), ...end.slice(shared)].join('/')
}
