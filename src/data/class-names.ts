/** Names of classes whose folders are numbers or WordNet ids: a file with a line `n01443537 goldfish` for each class. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effects/effect.js'
import type { Failure } from '../effects/failure.js'
import { readText } from '../effects/text-file.js'

/** The name of each class, by the name of its folder. */
export type ClassNames = ReadonlyMap<string, string>

/** A line as folder and name: separated by a tab, or else by the first space. */
const fieldsOf = (line: string): readonly [string, string] | undefined => {
  const [, folder, name] = /^([^\t]+)\t+(.+)$/.exec(line) ?? /^(\S+)\s+(.+)$/.exec(line) ?? []
  return folder === undefined || name === undefined ? undefined : [folder.trim(), name.trim()]
}

const broken = (path: string, problem: string): E.Either<Failure, never> =>
  E.left({ tag: 'FileBroken', path, format: 'class names', problem })

/**
 * The names in a text. Fails with `FileBroken` for a line that is no folder with a name, and where a folder has two names.
 *
 * @example
 * parseClassNames('classnames.txt', 'n01443537 goldfish\n') // right(Map { 'n01443537' => 'goldfish' })
 */
export const parseClassNames = (path: string, text: string): E.Either<Failure, ClassNames> => {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => ({ number, fields: fieldsOf(line) }))
  const names = new Map<string, string>()
  for (const { number, fields } of lines) {
    if (fields === undefined) {
      return broken(path, `line ${number} is no folder with a name, such as n01443537 goldfish`)
    }
    const [folder, name] = fields
    const known = names.get(folder)
    if (known !== undefined && known !== name) {
      return broken(path, `line ${number} names ${folder} '${name}', an earlier line '${known}'`)
    }
    names.set(folder, name)
  }
  return E.right(names)
}

/** Reads a file of class names. */
export const readClassNames = (path: string): Effect.Effect<ClassNames> =>
  pipe(
    readText(path),
    Effect.flatMapEither((text) => parseClassNames(path, text)),
  )

/** A number, or the id of a noun in WordNet, as ImageNet's folders are called. */
const saysNothing = (name: string): boolean => /^(\d+|n\d{8})$/.test(name)

const some = (names: readonly string[]): string =>
  [...names.slice(0, 3), ...(names.length > 3 ? ['...'] : [])].join(', ')

/**
 * Lines about classes that prompts cannot speak of: those that are called by numbers or WordNet ids, those that a file of
 * names leaves out, and those that share a name.
 */
export const classNameWarnings = (
  folders: readonly string[],
  names: readonly string[],
  given?: ClassNames,
): readonly string[] => {
  const meaningless = names.filter(saysNothing)
  const leftOut = given === undefined ? [] : folders.filter((folder) => !given.has(folder))
  const twice = [...new Set(names.filter((name, label) => names.indexOf(name) !== label))]
  return [
    ...(meaningless.length === 0
      ? []
      : [
          `warning: ${meaningless.length} of ${names.length} classes are called by numbers or WordNet ids (${some(meaningless)}), which say nothing in a prompt; a file of class names gives them names`,
        ]),
    ...(leftOut.length === 0
      ? []
      : [
          `warning: the file of class names has no line for ${leftOut.length} of ${folders.length} classes (${some(leftOut)})`,
        ]),
    ...(twice.length === 0
      ? []
      : [`warning: ${some(twice)}: one name for several classes, whose prompts are the same`]),
  ]
}
