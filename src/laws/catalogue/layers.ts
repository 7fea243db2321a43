/** Laws of layers. */
import type { Sizes } from '../../shapes/dim.js'
import { foldIn, normal, uniform } from '../../values/random-key.js'
import { elementCount } from '../../values/value.js'
import { atLeast, allOf, equalTo } from '../closeness.js'
import { ask, askBoth, conclude, vacuous } from '../experiment.js'
import type { Law } from '../law.js'
import { judgeOutput, questionOf, withValues } from '../law.js'
import { mapElements, positionAlong, realTensor, takeAlong } from '../tensor-values.js'

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** A later position of an argument never changes an earlier position of the output. */
export const causal = <Name extends string>(
  argument: Name,
  { argumentAxis, outputAxis }: { readonly argumentAxis: number; readonly outputAxis: number },
): Law<Name> => ({
  family: 'causal',
  name: `causal in ${argument}`,
  statement: `other values at later positions of '${argument}' leave the output at earlier ones as it is`,
  about: [argument],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) => {
    const { trial, tolerance } = setting
    const value = trial.values[argument]
    const length = value?.shape[argumentAxis] ?? 0
    if (value === undefined || length < 2) return vacuous
    const last = Math.floor((uniform(foldIn(trial.key, 7), 1)[0] ?? 0) * (length - 1))
    const position = positionAlong(value.shape, argumentAxis)
    const draws = normal(foldIn(trial.key, 8), value.data.length)
    const later = mapElements(value, (x, flat) => (position(flat) > last ? x + 2 * (draws[flat] ?? 0) : x))
    return askBoth(questionOf(trial), questionOf(withValues(setting, { [argument]: later })), (now, then) => {
      const earlier = upTo(last + 1)
      return conclude(
        equalTo(
          { label: `output up to position ${last}`, value: takeAlong(now.output, outputAxis, earlier) },
          {
            label: 'the same with other later positions',
            value: takeAlong(then.output, outputAxis, earlier),
          },
          tolerance,
        ),
      )
    })
  },
})

/** Applying the function twice is the same as once. `within` allows for an epsilon in a denominator. */
export const idempotent = <Name extends string>(argument: Name, within = 0): Law<Name> => ({
  family: 'idempotent',
  name: `idempotent in ${argument}`,
  statement: `the output in the place of '${argument}' gives the same output again`,
  about: [argument],
  region: 'typical',
  precision: 'any',
  experiment: (setting) =>
    ask(questionOf(setting.trial), (once) =>
      ask(questionOf(withValues(setting, { [argument]: once.output })), (twice) =>
        conclude(
          equalTo(
            { label: 'output', value: once.output },
            { label: 'output of the output', value: twice.output },
            { ...setting.tolerance, relative: Math.max(within, setting.tolerance.relative) },
          ),
        ),
      ),
    ),
})

/** The number of weights, by a formula of the sizes. */
export const parameterCount = (words: string, count: (sizes: Sizes) => number): Law<never> => ({
  family: 'parameter count',
  name: 'number of parameters',
  statement: `there are ${words} parameters`,
  about: [],
  region: 'typical',
  precision: 'any',
  experiment: ({ trial, parameters, tolerance }) =>
    conclude(
      equalTo(
        {
          label: `elements of ${parameters.map(({ name }) => name).join(', ') || 'no parameters'}`,
          value: parameters.reduce((total, { shape }) => total + elementCount(shape.map(Number)), 0),
        },
        { label: words, value: count(trial.sizes) },
        { ...tolerance, relative: 0 },
      ),
    ),
})

/** Sums over the last axis, of a function of the elements. */
const rowSums = (
  { shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  f: (x: number) => number,
): ReturnType<typeof realTensor> => {
  const length = shape.at(-1) ?? 1
  return realTensor(shape.slice(0, -1), (row) =>
    upTo(length).reduce((sum, i) => sum + f(data[row * length + i] ?? Number.NaN), 0),
  )
}

/** Rows of the output are distributions: not negative, of sum 1. */
export const rowsAreDistributions: Law<never> = {
  family: 'form of the output',
  name: 'rows are distributions',
  statement: 'every row of the output is not negative and of sum 1',
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: ({ trial, tolerance }) =>
    ask(questionOf(trial), ({ output }) =>
      conclude(
        allOf([
          atLeast({ label: 'output', value: output }, { label: 'bound', value: 0 }, tolerance),
          equalTo(
            { label: 'sums of the rows', value: rowSums(output, (x) => x) },
            { label: 'one', value: 1 },
            tolerance,
          ),
        ]),
      ),
    ),
}

/** Rows of the output have Euclidean length 1. */
export const rowsHaveUnitLength: Law<never> = {
  family: 'form of the output',
  name: 'rows of length 1',
  statement: 'every row of the output has length 1',
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) =>
    ask(questionOf(setting.trial), ({ output }) =>
      conclude(
        equalTo(
          { label: 'squared lengths of the rows', value: rowSums(output, (x) => x * x) },
          { label: 'one', value: 1 },
          setting.tolerance,
        ),
      ),
    ),
}

/** Rows of the output have mean 0 and mean square 1: what a normalisation without gain gives. */
export const rowsAreStandardised = (within = 0): Law<never> => ({
  family: 'form of the output',
  name: 'rows of mean 0 and mean square 1',
  statement: 'every row of the output has mean 0 and mean square 1',
  about: [],
  region: 'typical',
  precision: 'any',
  experiment: ({ trial, tolerance }) =>
    ask(questionOf(trial), ({ output }) => {
      const length = output.shape.at(-1) ?? 1
      const allowed = { ...tolerance, relative: Math.max(within, tolerance.relative) }
      return conclude(
        allOf([
          equalTo(
            { label: 'means of the rows', value: rowSums(output, (x) => x / length) },
            { label: 'zero', value: 0 },
            allowed,
          ),
          equalTo(
            { label: 'mean squares of the rows', value: rowSums(output, (x) => (x * x) / length) },
            { label: 'one', value: 1 },
            allowed,
          ),
        ]),
      )
    }),
})

/** The output has the shape that the sizes say. */
export const outputShape = (words: string, shape: (sizes: Sizes) => readonly number[]): Law<never> => ({
  family: 'form of the output',
  name: `shape ${words}`,
  statement: `the output has the shape ${words}`,
  about: [],
  region: 'typical',
  precision: 'any',
  experiment: (setting) =>
    judgeOutput(setting, ({ value }) => {
      const wanted = shape(setting.trial.sizes)
      const found = typeof value === 'number' ? [] : value.shape
      const list = (sizes: readonly number[]): ReturnType<typeof realTensor> =>
        realTensor([sizes.length], (i) => sizes[i] ?? 0)
      return equalTo(
        { label: 'shape', value: list(found) },
        { label: words, value: list(wanted) },
        setting.tolerance,
      )
    }),
})
