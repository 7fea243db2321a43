/**
 * How a law is checked, as data: questions about a function, one after the other, then a verdict. An experiment runs
 * nothing. The oracle answers its questions synchronously, an engine asynchronously.
 */
import type { Sizes } from '../shapes/dim.js'
import type { NamedValues } from '../values/named-values.js'
import type { TensorValue } from '../values/value.js'
import type { Derivative } from './subject.js'

/** Who answers a question, and in which arithmetic. */
export type AnsweredBy =
  /** The oracle or the engine that the law is checked on. */
  | 'tried'
  /** The oracle. */
  | 'float64'
  /** The oracle, with the result of every primitive rounded to float32. */
  | 'float32'

export interface Question {
  readonly derivative: Derivative
  readonly arithmetic: AnsweredBy
  readonly sizes: Sizes
  readonly values: NamedValues
  /** For `curvature`: a direction in each real argument. */
  readonly direction?: NamedValues
}

export interface Answer {
  readonly output: TensorValue
  /** The output where it is a scalar, else a fixed weighting of its elements. */
  readonly objective: number
  /** Gradients of the objective by every real argument and parameter; empty if the question is for the value. */
  readonly gradients: NamedValues
}

/** One side of a comparison. */
export interface Side {
  readonly label: string
  readonly value: TensorValue | number
}

/** Why a law is broken: two sides are not close, or a result is not finite. */
export type Disagreement =
  | {
      readonly tag: 'Apart'
      readonly left: Side
      /** The relation that should hold between left and right. */
      readonly relation: '=' | '≤' | '≥'
      readonly right: Side
      readonly difference: number
      readonly allowed: number
    }
  | { readonly tag: 'NotFinite'; readonly side: Side }

export type Verdict =
  | { readonly tag: 'Holds' }
  /** The law does not apply to this trial. */
  | { readonly tag: 'Vacuous' }
  | { readonly tag: 'Broken'; readonly disagreement: Disagreement }
  /** The law itself is stated wrongly: it says nothing about the function. */
  | { readonly tag: 'Misused'; readonly message: string }

export type Experiment =
  | {
      readonly tag: 'Ask'
      readonly question: Question
      readonly next: (answer: Answer) => Experiment
    }
  | { readonly tag: 'Conclude'; readonly verdict: Verdict }

export const conclude = (verdict: Verdict): Experiment => ({ tag: 'Conclude', verdict })
export const holds: Verdict = { tag: 'Holds' }
export const vacuous: Experiment = conclude({ tag: 'Vacuous' })

/** Asks a question and continues with the answer. */
export const ask = (question: Question, next: (answer: Answer) => Experiment): Experiment => ({
  tag: 'Ask',
  question,
  next,
})

/** Asks two questions. */
export const askBoth = (
  first: Question,
  second: Question,
  next: (first: Answer, second: Answer) => Experiment,
): Experiment => ask(first, (a) => ask(second, (b) => next(a, b)))

/** Asks any number of questions. */
export const askAll = (
  questions: readonly Question[],
  next: (answers: readonly Answer[]) => Experiment,
): Experiment =>
  questions.reduceRight<(answers: readonly Answer[]) => Experiment>(
    (rest, question) => (answers) => ask(question, (answer) => rest([...answers, answer])),
    next,
  )([])
