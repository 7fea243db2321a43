/** Lists of images, as data sets are published with them: a text file, on each line a path and a class's number. */
import { basename, dirname } from '../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decodeProblems } from '../dsl/documents/decode-problems.js'
import type { Failure } from '../effects/failure.js'

/** A path below the list's base, with the class's folder in it: `bus/1.jpg`, never `../1.jpg`. */
const imagePath = new t.Type<string>(
  'a path such as bus/1.jpg',
  t.string.is,
  (value, context) => {
    if (typeof value !== 'string') return t.failure(value, context)
    const parts = value.split('/')
    return parts.length > 1 && parts.every((part) => part !== '' && part !== '..' && part !== '.')
      ? t.success(value)
      : t.failure(value, context)
  },
  t.identity,
)

const classNumber = new t.Type<number, string>(
  "a class's number",
  t.number.is,
  (value, context) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value)
      ? t.success(Number(value))
      : t.failure(value, context),
  String,
)

const listedLine = t.type({ path: imagePath, label: classNumber })

/** A line of a list, decoded. */
export interface ListedImage {
  /** Below the list's base, as it is written there. */
  readonly path: string
  /** The class's name: the folder that the image lies in. */
  readonly className: string
  /** The class's number. */
  readonly label: number
  /** The list and the line, counted from 1: `train/image_list.txt line 3`. */
  readonly listed: string
}

/** The last word of a line is the label; a path may have spaces in it. */
const fieldsOf = (line: string): unknown => {
  const [, path, label] = /^(.*\S)\s+(\S+)$/.exec(line) ?? []
  return path === undefined ? { path: line } : { path, label }
}

const shownAtMost = 10

/** Several problems of a list as one failure. */
const brokenList = (list: string, problems: readonly string[]): Failure => ({
  tag: 'FileBroken',
  path: list,
  format: 'image list',
  problem: [
    ...problems.slice(0, shownAtMost),
    ...(problems.length > shownAtMost ? [`and ${problems.length - shownAtMost} more`] : []),
  ].join('; '),
})

/**
 * The images of a list; empty lines are skipped. Fails with `FileBroken`, naming each line that is not a path and a
 * number, and why.
 *
 * @example
 * parseImageList('train/image_list.txt', 'bus/1.jpg 2\n')
 * // right([{ path: 'bus/1.jpg', className: 'bus', label: 2, listed: 'train/image_list.txt line 1' }])
 */
export const parseImageList = (list: string, text: string): E.Either<Failure, readonly ListedImage[]> => {
  const lines = text
    .split('\n')
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => ({ number, decoded: listedLine.decode(fieldsOf(line)) }))
  const problems = lines.flatMap(({ number, decoded }) =>
    E.isLeft(decoded) ? [`line ${number}: ${decodeProblems(decoded.left).join(', ')}`] : [],
  )
  return problems.length > 0
    ? E.left(brokenList(list, problems))
    : E.right(
        lines.flatMap(({ number, decoded }) =>
          E.isRight(decoded)
            ? [
                {
                  ...decoded.right,
                  className: basename(dirname(decoded.right.path)),
                  listed: `${list} line ${number}`,
                },
              ]
            : [],
        ),
      )
}

/**
 * Names of the classes in the order of their numbers. Fails with `FileBroken` where one number stands for two names,
 * or two numbers for one, naming both places.
 */
export const numberedClasses = (
  lists: readonly { readonly list: string; readonly images: readonly ListedImage[] }[],
): E.Either<Failure, readonly string[]> => {
  const byLabel = new Map<number, ListedImage>()
  const byName = new Map<string, ListedImage>()
  for (const { list, images } of lists) {
    for (const image of images) {
      const known = byLabel.get(image.label) ?? byName.get(image.className)
      if (known === undefined) {
        byLabel.set(image.label, image)
        byName.set(image.className, image)
      } else if (known.label !== image.label || known.className !== image.className) {
        const said = ({ label, className, listed }: ListedImage): string =>
          `class ${label} is '${className}' in ${listed}`
        return E.left(brokenList(list, [`${said(image)}, but ${said(known)}`]))
      }
    }
  }
  return E.right(
    [...byLabel.values()].toSorted((a, b) => a.label - b.label).map(({ className }) => className),
  )
}
