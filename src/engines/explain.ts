/** Failures of engines in words: what, where and what to do. */
import { match } from 'ts-pattern'
import { explainFault } from '../dsl/fault.js'
import type { EngineFailure } from './failure.js'

/** A failure in words. */
export interface Explanation {
  readonly where: string
  readonly what: string
  readonly advice: string
}

/** The message of an engine's failure, in parts. The compiler checks that every failure has one. */
export const describeEngineFailure = (failure: EngineFailure): Explanation =>
  match(failure)
    .returnType<Explanation>()
    .with({ tag: 'TensorMissing' }, ({ name, where, similar }) => ({
      where,
      what: `tensor '${name}' is missing`,
      advice:
        similar.length === 0
          ? 'supply it'
          : `names like it: ${similar.map((other) => `'${other}'`).join(', ')}`,
    }))
    .with({ tag: 'TensorUnexpected' }, ({ name, where }) => ({
      where,
      what: `tensor '${name}' is not known here`,
      advice: 'remove it, or check its name',
    }))
    .with({ tag: 'ShapeMismatch' }, ({ name, where, expected, found, advice }) => ({
      where,
      what: `tensor '${name}' is ${found}, wanted ${expected}`,
      advice: advice ?? 'check that the file and the configuration belong together',
    }))
    .with({ tag: 'SizeConflict' }, ({ symbol, first, second }) => ({
      where: second.where,
      what: `dim '${symbol}' is ${second.size} here and ${first.size} in ${first.where}`,
      advice: 'a symbol has one size in a run',
    }))
    .with({ tag: 'ProgramRejected' }, ({ where, fault }) => ({
      where,
      what: explainFault(fault),
      advice: 'correct the program',
    }))
    .with({ tag: 'EngineFailed' }, ({ engine, stage, reason, advice }) => ({
      where: `engine ${engine} (${stage})`,
      what: reason,
      advice,
    }))
    .exhaustive()

/** In one line. Answers of libraries, and names of files, may have ends of lines in them. */
const oneLine = (text: string): string => text.trim().replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ')

/** An explanation as text: where and what on the first line, what to do on the second. */
export const inWords = ({ where, what, advice }: Explanation): string =>
  `${oneLine(where)}: ${oneLine(what)}\n  → ${oneLine(advice)}`

/** An engine's failure as text: where and what on the first line, what to do on the second. */
export const explainEngineFailure = (failure: EngineFailure): string =>
  inWords(describeEngineFailure(failure))
