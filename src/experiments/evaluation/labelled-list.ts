/** A list of labelled images that a run is evaluated on, written by hand or by another program. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { LabelledImage } from '../../data/data-set.js'
import type { Failure } from '../../effects/failure.js'
import { join } from '../../effects/paths.js'
import type { TrainedParameters } from '../adaptation/trained-parameters.js'

const broken = (list: string, line: number, problem: string): Failure => ({
  tag: 'FileBroken',
  path: list,
  format: 'image list',
  problem: `line ${line}: ${problem}`,
})

/**
 * Lines of a path below `root` and a class: its name, its folder, or its position among the run's classes, counted from 0. The
 * class follows the last comma or tab, or the last space where there is neither. Empty lines are left out.
 *
 * Fails with `FileBroken`, naming the first line that has no class, or none that the run knows.
 *
 * @example
 * const trained = { classes: ['dog'], classFolders: ['dog'] }
 * const images = labelledList('held-out.txt', 'art/dog/1.jpg dog', 'pacs', trained)
 */
export const labelledList = (
  list: string,
  text: string,
  root: string,
  { classes, classFolders }: Pick<TrainedParameters, 'classes' | 'classFolders'>,
): E.Either<Failure, readonly LabelledImage[]> => {
  const labelOf = (word: string): number => {
    const named = [classes.indexOf(word), classFolders.indexOf(word)].find((at) => at >= 0)
    if (named !== undefined) return named
    return /^\d+$/.test(word) && Number(word) < classes.length ? Number(word) : -1
  }
  return pipe(
    text.split(/\r?\n/).map((line, i) => ({ line: line.trim(), number: i + 1 })),
    (lines) => lines.filter(({ line }) => line !== ''),
    E.traverseArray(({ line, number }): E.Either<Failure, LabelledImage> => {
      const [, path, word] = /^(.*\S)\s*[,\t]\s*([^,\t]+)$/.exec(line) ?? /^(.*\S)\s+(\S+)$/.exec(line) ?? []
      if (path === undefined || word === undefined) {
        return E.left(broken(list, number, `'${line}' is not a path and a class`))
      }
      const label = labelOf(word)
      return label < 0
        ? E.left(broken(list, number, `'${word}' is none of the run's ${classes.length} classes`))
        : E.right({ path: path.startsWith('/') ? path : join(root, path), label })
    }),
  )
}
