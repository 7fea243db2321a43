/** Laws that say what a function is: its value at points where it is known, or everywhere, by a formula in plain numbers. */
import type { TensorValue } from '../../values/value.js'
import { equalTo } from '../closeness.js'
import type { Law, Replacements } from '../law.js'
import { judgeOutput, replacing } from '../law.js'
import type { Trial } from '../trial.js'

/** A known value: its name, the arguments where it occurs (`values` replaces those of the trial), and the value. */
export interface KnownValue<Names extends string> {
  readonly words: string
  readonly of: readonly Names[]
  readonly values: (trial: Trial) => Replacements
  readonly is: (trial: Trial) => number | TensorValue
  /** Up to this relative error, where the point reaches its value only in the limit; else up to rounding. */
  readonly within?: number
}

/**
 * The value at points where it is known.
 *
 * @example
 * const values = () => ({ logits: equalLogits })
 * knownValue({ words: 'ln K at equal logits', of: ['logits'], values, is: ({ sizes: { K } }) => Math.log(K ?? 1) })
 */
export const knownValue = <const Names extends string>({
  words,
  of,
  values,
  is,
  within = 0,
}: KnownValue<Names>): Law<Names> => ({
  family: 'known value',
  name: words,
  statement: `the output is ${words}`,
  about: of,
  region: 'extreme',
  precision: 'any',
  experiment: (setting) =>
    replacing(setting, [], values(setting.trial), (trial) => {
      const tolerance = { ...setting.tolerance, relative: Math.max(within, setting.tolerance.relative) }
      return judgeOutput({ ...setting, trial }, (output) =>
        equalTo(output, { label: words, value: is(trial) }, tolerance),
      )
    }),
})

/**
 * The output is 0 at the optimum: predictions that are right, distributions that agree. The values have the declared shapes,
 * where a symbol may have another size than in the trial; values of other shapes are misuse of the law.
 *
 * @example
 * zeroAtOptimum('where prediction and target are equal', ['prediction'], ({ values }) => ({ prediction: values['target'] }))
 */
export const zeroAtOptimum = <const Names extends string>(
  where: string,
  of: readonly Names[],
  optimum: (trial: Trial) => Replacements,
): Law<Names> => ({
  ...knownValue({ words: `0 ${where}`, of, values: optimum, is: () => 0 }),
  family: 'zero at the optimum',
})

/**
 * The output is what a formula in plain numbers says: written from the paper, sharing nothing with the program.
 *
 * @example
 * formula('the sum of x', ({ values }) => [...(values['x']?.data ?? [])].reduce((total, x) => total + x, 0))
 */
export const formula = (words: string, compute: (trial: Trial) => number | TensorValue): Law<never> => ({
  ...knownValue({ words, of: [], values: () => ({}), is: compute }),
  family: 'formula',
  name: 'formula',
  region: 'typical',
})
