/** The graph of the rooms under `src`: their sizes, the imports between them, the cycles among their files. */
import type { SourceFile } from './source-files.js'
import { importsOf } from './source-files.js'
import { importedFile, roomOf } from './layers.js'

/** A room: how much it holds, and which rooms its files import. */
export interface RoomSize {
  readonly room: string
  readonly lines: number
  /** Its part of all lines under `src`, in [0, 1]. */
  readonly share: number
  /** How many imports of each other room its files have. */
  readonly imports: Readonly<Record<string, number>>
}

const countBy = (names: readonly string[]): Readonly<Record<string, number>> =>
  names.reduce<Record<string, number>>((counts, name) => ({ ...counts, [name]: (counts[name] ?? 0) + 1 }), {})

const linesOf = ({ tree }: SourceFile): number => tree.text.split('\n').length - 1

const relativeImports = (file: SourceFile): readonly string[] =>
  importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => importedFile(file.path, specifier))

/** Every room with its size and its imports, in the order of its first file. */
export const roomSizes = (files: readonly SourceFile[]): readonly RoomSize[] => {
  const total = files.reduce((sum, file) => sum + linesOf(file), 0)
  const names = [...new Set(files.map(({ path }) => roomOf(path)))]
  return names.map((room) => {
    const own = files.filter(({ path }) => roomOf(path) === room)
    const lines = own.reduce((sum, file) => sum + linesOf(file), 0)
    const imported = own.flatMap(relativeImports).map(roomOf)
    return { room, lines, share: lines / total, imports: countBy(imported.filter((name) => name !== room)) }
  })
}

/** Every folder under `src` with the number of its own files, largest first. */
export const folderSizes = (
  files: readonly SourceFile[],
): readonly { readonly folder: string; readonly count: number }[] =>
  Object.entries(countBy(files.map(({ path }) => path.slice(0, path.lastIndexOf('/')))))
    .map(([folder, count]) => ({ folder, count }))
    .toSorted((a, b) => b.count - a.count)

/** Cycles of imports, imports of types included: each as its files, with the first one again at the end. */
export const circles = (files: readonly SourceFile[]): readonly (readonly string[])[] => {
  const edges = new Map(files.map((file) => [file.path, [...new Set(relativeImports(file))]]))
  const finished = new Set<string>()
  const found: (readonly string[])[] = []
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path)
    if (start >= 0) found.push([...way.slice(start), path])
    if (start >= 0 || finished.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...way, path])
    finished.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return found
}
