/** A program on which an engine disagrees with the oracle, with everything needed to understand and reproduce it. */
import { match } from 'ts-pattern'
import { toText } from '../../dsl/documents/print-text.js'
import type { Program } from '../../dsl/program.js'
import type { TensorValue } from '../../values/value.js'
import { showShape } from '../../shapes/dim.js'
import type { Runnable } from '../arbitraries/runnable.js'
import { compactNumber, showTensor } from '../show-tensor.js'
import { elementAt } from '../tensor-values.js'
import type { Expected } from './expectation.js'

/** How an output differs from what is expected. */
export interface ProgramDifference {
  readonly found: TensorValue | undefined
  readonly expected: TensorValue
  /** In words: another type or shape, or the first element that is too far off. */
  readonly difference: string
}

export type ProgramFinding =
  /** The program or its gradient is not valid, or the oracle cannot evaluate it: the library is wrong, not the engine. */
  | { readonly tag: 'Invalid'; readonly message: string }
  | { readonly tag: 'Fails'; readonly program: Program; readonly message: string }
  | ({ readonly tag: 'Differs'; readonly program: Program; readonly output: string } & ProgramDifference)

export interface ProgramViolation {
  readonly tag: 'ProgramViolation'
  readonly engine: string
  readonly finding: ProgramFinding
  /** The smallest program that was found, with its values. */
  readonly runnable: Runnable
  readonly seed: number
  /** The path of fast-check from the seed to the smallest program. */
  readonly path: string
  /** Programs tried until then, this one included. */
  readonly programs: number
  readonly shrinks: number
}

const typeOf = ({ dtype, shape }: TensorValue): string => `${dtype} ${showShape(shape)}`

const isClose = (found: number, expected: number, allowed: number): boolean =>
  Object.is(found, expected) || found === expected || Math.abs(found - expected) <= allowed

/** How an output differs; undefined if it is as expected, or may be as right as that. */
export const differenceFrom = (
  { value, allowed, atEdge }: Expected,
  found: TensorValue | undefined,
): ProgramDifference | undefined => {
  const differs = (difference: string): ProgramDifference => ({ found, expected: value, difference })
  if (found === undefined) return differs('there is no such output')
  if (typeOf(found) !== typeOf(value)) return differs(`${typeOf(found)} instead of ${typeOf(value)}`)
  if (atEdge) return undefined
  const at = [...value.data.keys()].findIndex(
    (i) => !isClose(elementAt(found, i), elementAt(value, i), allowed[i] ?? 0),
  )
  return at < 0
    ? undefined
    : differs(
        `element ${at} is ${elementAt(found, at)} instead of ${elementAt(value, at)}: off by ${compactNumber(
          Math.abs(elementAt(found, at) - elementAt(value, at)),
        )}; ${compactNumber(allowed[at] ?? 0)} is allowed`,
      )
}

const showFinding = (finding: ProgramFinding, engine: string): readonly string[] =>
  match(finding)
    .with({ tag: 'Invalid' }, ({ message }) => ['the program cannot be evaluated', message])
    .with({ tag: 'Fails' }, ({ program, message }) => [`${engine} fails`, message, '', toText(program)])
    .with({ tag: 'Differs' }, ({ program, output, found, expected, difference }) => [
      `'${output}': ${difference}`,
      '',
      ...(found === undefined ? [] : [showTensor(found, `${engine}:`)]),
      showTensor(expected, 'the oracle:'),
      '',
      toText(program),
    ])
    .exhaustive()

/** A violation in words: what differs, the program as a listing, its values as tables, and how to see it again. */
export const explainProgramViolation = ({
  engine,
  finding,
  runnable,
  seed,
  path,
  programs,
  shrinks,
}: ProgramViolation): string =>
  [
    `program ${programs} on ${engine}, made smaller in ${shrinks} steps`,
    ...showFinding(finding, engine),
    '',
    ...Object.entries(runnable.sizes).map(([symbol, size]) => `${symbol} = ${size}`),
    ...Object.entries(runnable.values).map(([name, value]) => showTensor(value, name)),
    '',
    `to reproduce it: seed: ${seed}, path: '${path}'`,
  ].join('\n')
