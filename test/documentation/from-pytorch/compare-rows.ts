/** Compares our numbers of all rows with those of another library, asked now or stored before. */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { format } from 'prettier'
import { inPackage } from '../../../bench/peer-command.js'
import { evaluateRow } from './evaluate-row.js'
import type { Numbers } from './numbers.js'
import { decodeNumbers, difference, differenceOfMoments, moments, storedElement } from './numbers.js'
import type { Answers, Library, Question } from './peers.js'
import { ask, numbersIn } from './peers.js'
import type { Row, Section } from './row.js'
import { nameOfRow } from './row.js'

export const storedPath = inPackage('test', 'documentation', 'from-pytorch', 'pytorch-numbers.json')

/** PyTorch's numbers by the names of rows, as they were when they were stored. */
export const storedNumbers = (): E.Either<string, Readonly<Record<string, readonly Numbers[]>>> =>
  pipe(
    E.tryCatch((): unknown => JSON.parse(readFileSync(storedPath, 'utf8')), String),
    E.chain(decodeNumbers),
  )

const codeFor = (library: Library, row: Row): string | undefined =>
  library === 'pytorch' ? row.pytorch : row.jax

const all = (sections: readonly Section[]): readonly (readonly [string, Row])[] =>
  sections.flatMap((section) => section.rows.map((row) => [nameOfRow(section, row), row] as const))

/** A library's answers for all rows that it has an expression for. Left: a row of ours fails, or Python does. */
export const askAbout = async (
  library: Library,
  sections: readonly Section[],
): Promise<E.Either<string, Answers>> => {
  const questions: Question[] = []
  for (const [name, row] of all(sections)) {
    const code = codeFor(library, row)
    if (code === undefined) continue
    const evaluated = await evaluateRow(row)
    if (E.isLeft(evaluated)) return E.left(`${name}: ${evaluated.left}`)
    questions.push({ name, code, measure: row.measure ?? 'value', values: evaluated.right.values })
  }
  return ask(library, questions)()
}

/** A row's numbers as they are compared: elements, or the moments of random ones. */
const comparable = ({ compared = 'numbers' }: Row, numbers: readonly Numbers[]): readonly Numbers[] =>
  numbers.map((of) =>
    compared === 'distribution'
      ? moments(of)
      : { ...of, elements: of.elements.map((value) => storedElement(Number(value))) },
  )

/** The file of stored numbers. Left: the rows that the library failed on. */
export const storedText = async (
  answers: Answers,
  sections: readonly Section[],
): Promise<E.Either<string, string>> => {
  const outcomes = all(sections).map(
    ([name, row]) =>
      [
        name,
        E.map((numbers: readonly Numbers[]) => comparable(row, numbers))(numbersIn(answers, name)),
      ] as const,
  )
  const failures = outcomes.flatMap(([name, outcome]) =>
    E.isLeft(outcome) ? [`${name}\n  ${outcome.left}`] : [],
  )
  if (failures.length > 0) return E.left(failures.join('\n'))
  const found = Object.fromEntries(
    outcomes.flatMap(([name, outcome]) => (E.isRight(outcome) ? [[name, outcome.right]] : [])),
  )
  return E.right(await format(JSON.stringify(found), { parser: 'json', printWidth: 110 }))
}

/** What differs between our numbers of a row and theirs; undefined if nothing does. */
export const differenceOfRow = async (row: Row, theirs: readonly Numbers[]): Promise<string | undefined> => {
  const evaluated = await evaluateRow(row)
  if (E.isLeft(evaluated)) return evaluated.left
  const ours = evaluated.right.numbers
  if (ours.length !== theirs.length) return `ours are ${ours.length} tensors, theirs ${theirs.length}`
  const compare = row.compared === 'distribution' ? differenceOfMoments : difference
  return ours
    .flatMap((own, i) => {
      const other = theirs[i]
      return other === undefined ? [] : [compare(own, other) ?? []].flat()
    })
    .at(0)
}

/** All differences from a library's answers, a line each; rows that it was not asked about, or cannot answer, are left out. */
export const differencesFrom = async (
  library: Library,
  answers: Answers,
  sections: readonly Section[],
): Promise<readonly string[]> => {
  const found: string[] = []
  for (const [name, row] of all(sections)) {
    if (codeFor(library, row) === undefined) continue
    const answer = answers.tag === 'Answered' ? answers.answers[name] : undefined
    if (answer?.tag === 'Skipped') continue
    const theirs = numbersIn(answers, name)
    const problem = E.isLeft(theirs) ? theirs.left : await differenceOfRow(row, comparable(row, theirs.right))
    if (problem !== undefined) found.push(`${name}\n  ${problem}`)
  }
  return found
}
