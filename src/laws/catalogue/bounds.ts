/** Laws about the values that a function may take. */
import type { Sizes } from '../../shapes/dim.js'
import { allFinite, allOf, atLeast, atMost } from '../closeness.js'
import { ask, conclude } from '../experiment.js'
import type { Law } from '../law.js'
import { judgeOutput, questionOf } from '../law.js'

/** The output is at least 0. */
export const nonNegative: Law<never> = {
  family: 'not negative',
  name: 'not negative',
  statement: 'the output is never below 0',
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) =>
    judgeOutput(setting, (output) => atLeast(output, { label: 'bound', value: 0 }, setting.tolerance)),
}

/**
 * The output stays below a bound that depends on the sizes.
 *
 * @example
 * bounded('at most ln K', ({ K }) => Math.log(K ?? 1))
 */
export const bounded = (words: string, bound: (sizes: Sizes) => number): Law<never> => ({
  family: 'bounded',
  name: words,
  statement: `the output is ${words}`,
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) =>
    judgeOutput(setting, (output) =>
      atMost(output, { label: 'bound', value: bound(setting.trial.sizes) }, setting.tolerance),
    ),
})

/** The output is a finite number for every argument of its kind, however large. */
export const finite: Law<never> = {
  family: 'finite',
  name: 'finite',
  statement: 'the output is finite, at extreme arguments too',
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: ({ trial }) =>
    ask(questionOf(trial), ({ output }) => conclude(allFinite({ label: 'output', value: output }))),
}

/** The gradient by every real argument and parameter is finite. */
export const finiteGradients: Law<never> = {
  family: 'finite gradients',
  name: 'finite gradients',
  statement: 'every gradient is finite, at extreme arguments too',
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: ({ trial }) =>
    ask(questionOf(trial, 'gradients'), ({ gradients }) =>
      conclude(
        allOf(
          Object.entries(gradients).map(([name, value]) =>
            allFinite({ label: `gradient by '${name}'`, value }),
          ),
        ),
      ),
    ),
}
