/** A law, as data: its statement in words, the names that it is about, and its experiment. */
import type { Derivative } from './subject.js'
import type { Region } from './arbitraries/kind.js'
import type { AnyTensorArgument } from './argument.js'
import type { ScaledTolerance } from './closeness.js'
import { equalTo } from './closeness.js'
import type { Experiment, Question, Side, Verdict } from './experiment.js'
import { ask, askBoth, conclude } from './experiment.js'
import { isUnchanged, replacementProblem } from './misuse.js'
import type { Trial } from './trial.js'
import type { Sizes } from '../shapes/dim.js'
import { isSymbol } from '../shapes/dim.js'
import type { TensorValue } from '../values/value.js'

/** Families of laws: the rows of the coverage table, in their order. */
export const lawFamilies = [
  'not negative',
  'bounded',
  'zero at the optimum',
  'known value',
  'formula',
  'finite',
  'finite gradients',
  'order of the batch',
  'relabelling',
  'shift',
  'positive scaling',
  'mean of singletons',
  'mask is subset',
  'symmetric',
  'convex',
  'unchanged',
  'order of positions',
  'causal',
  'rows independent',
  'idempotent',
  'Lipschitz',
  'affine',
  'form of the output',
  'parameter count',
  'gradient',
  'gradient of gradient',
  'stopped gradient',
  'float32',
  'engine',
] as const

export type LawFamily = (typeof lawFamilies)[number]

/** What an experiment is built from. */
export interface Setting {
  readonly trial: Trial
  /** The arguments that are tensors. */
  readonly tensors: readonly AnyTensorArgument[]
  /** The parameters that the function has at the trial's sizes. */
  readonly parameters: readonly AnyTensorArgument[]
  readonly tolerance: ScaledTolerance
}

/** A law of functions whose arguments and symbols have `Names` (at least). */
export interface Law<out Names extends string = string> {
  readonly family: LawFamily
  /** Distinguishes it from other laws of its family: `shift-invariant in logits`. */
  readonly name: string
  /** The law as a sentence. */
  readonly statement: string
  /** Arguments and symbols that the law is about. */
  readonly about: readonly Names[]
  /** The region of the numbers that it is checked with. */
  readonly region: Region
  /** `float64`: the law is meaningful only in double precision, and is not checked on engines with less. */
  readonly precision: 'any' | 'float64'
  readonly experiment: (setting: Setting) => Experiment
}

/** The question about a trial. */
export const questionOf = (
  { sizes, values }: Pick<Trial, 'sizes' | 'values'>,
  derivative: Derivative = 'value',
): Question => ({ derivative, arithmetic: 'tried', sizes, values })

/** New values for some arguments of a trial. An entry that is `undefined`, as of a misspelt name, is misuse of the law. */
export type Replacements = Readonly<Record<string, TensorValue | undefined>>

/** The sizes of the symbols along the axes of replaced arguments. */
const sizesOf = (tensors: readonly AnyTensorArgument[], replacements: Replacements): Sizes =>
  Object.fromEntries(
    tensors.flatMap(({ name, shape }) => {
      const value = replacements[name]
      return shape.flatMap((dim, at) => {
        const length = value?.shape[at]
        return typeof dim === 'string' && isSymbol(dim) && length !== undefined ? [[dim, length]] : []
      })
    }),
  )

/**
 * A trial with other values for some arguments. A value with other sizes of its symbols changes these sizes: a batch
 * `y` of ['M', 'D'] may be replaced by all rows of `x`, of ['N', 'D'], twice.
 */
export const withValues = (
  { trial, tensors }: Pick<Setting, 'trial' | 'tensors'>,
  replacements: Replacements,
): Trial => ({
  ...trial,
  sizes: { ...trial.sizes, ...sizesOf(tensors, replacements) },
  values: Object.fromEntries(
    Object.entries(trial.values).map(([name, value]) => [name, replacements[name] ?? value]),
  ),
})

const misused = (message: string): Experiment => conclude({ tag: 'Misused', message })

/** An experiment at the trial with new values; misuse where they are for no argument, or change nothing in `changes`. */
export const replacing = (
  setting: Setting,
  changes: readonly string[],
  replacements: Replacements,
  next: (changed: Trial) => Experiment,
): Experiment => {
  const problem = replacementProblem(setting.trial, replacements)
  if (problem !== undefined) return misused(problem)
  const changed = withValues(setting, replacements)
  return changes.length > 0 && isUnchanged(setting.trial, changed)
    ? misused(`it is about ${changes.map((name) => `'${name}'`).join(', ')}, but changes no argument`)
    : next(changed)
}

/** The experiment that asks for the output at the trial and concludes from it. */
export const judgeOutput = (setting: Setting, judge: (output: Side) => Verdict): Experiment =>
  ask(questionOf(setting.trial), ({ output }) => conclude(judge({ label: 'output', value: output })))

/** The experiment that compares the output at the trial with the one at another trial. */
export const sameOutput = (setting: Setting, label: string, other: Trial): Experiment =>
  askBoth(questionOf(setting.trial), questionOf(other), (now, then) =>
    conclude(
      equalTo({ label: 'output', value: now.output }, { label, value: then.output }, setting.tolerance),
    ),
  )
