/** Laws about arithmetic: float32 against float64, and an engine against the oracle. */
import type { TensorValue } from '../../values/value.js'
import type { ScaledTolerance } from '../closeness.js'
import { allOf, equalTo } from '../closeness.js'
import type { Answer, Question, Verdict } from '../experiment.js'
import { ask, askBoth, conclude } from '../experiment.js'
import type { Law, Setting } from '../law.js'
import { questionOf } from '../law.js'
import { elementAt, magnitudeOf, roundedToFloat32 } from '../tensor-values.js'

/**
 * What is compared. A gradient that is a small difference of large terms cannot be close, although the output is.
 */
export type Compared = 'output' | 'output and gradients'

const by = (question: Question, arithmetic: Question['arithmetic']): Question => ({ ...question, arithmetic })

/** The question of a trial, with arguments that float32 can hold. */
const questionInFloat32 = ({ trial }: Setting, compared: Compared): Question =>
  questionOf(
    { ...trial, values: roundedToFloat32(trial.values) },
    compared === 'output' ? 'value' : 'gradients',
  )

/** Output, and every gradient that was asked for. */
const resultsOf = ({ output, gradients }: Answer): readonly (readonly [string, TensorValue])[] => [
  ['output', output],
  ...Object.entries(gradients).map(([name, value]) => [`gradient by '${name}'`, value] as const),
]

/**
 * Result by result; the tolerance may depend on which. Elements of one result are sums over the same terms, so what
 * rounding does to each is measured by the largest of them.
 */
const sameResults = (
  [left, leftLabel]: readonly [Answer, string],
  [right, rightLabel]: readonly [Answer, string],
  toleranceOf: (result: number) => ScaledTolerance,
): Verdict => {
  const others = resultsOf(right)
  return allOf(
    resultsOf(left).map(([name, value], i) => {
      const tolerance = toleranceOf(i)
      const other = others[i]?.[1]
      const scale = Math.max(tolerance.scale, other === undefined ? 0 : magnitudeOf({ other }))
      return equalTo(
        { label: `${name} ${leftLabel}`, value },
        { label: `${name} ${rightLabel}`, value: other ?? Number.NaN },
        { ...tolerance, scale },
      )
    }),
  )
}

/**
 * Rounded to float32 after every primitive, the results stay within `relative` times (the size of their largest
 * element plus that of the largest argument) of what float64 gives, for arguments that float32 can hold. One unit in
 * the last place of float32 is 6e-8 relative; 1e-5 is 170.
 */
export const closeInFloat32 = (relative = 1e-5, compared: Compared = 'output and gradients'): Law<never> => ({
  family: 'float32',
  name: `float32 within ${relative}`,
  statement: `rounding every step to float32 changes ${compared} by at most ${relative} of the largest element and of the largest argument`,
  about: [],
  region: 'extreme',
  precision: 'float64',
  experiment: (setting) => {
    const question = questionInFloat32(setting, compared)
    return askBoth(by(question, 'float32'), by(question, 'float64'), (single, double) =>
      conclude(
        sameResults([single, 'in float32'], [double, 'in float64'], () => ({
          ...setting.tolerance,
          relative,
        })),
      ),
    )
  },
})

/** An engine adds up in another order than the oracle, so its rounding errors are others: up to this much larger. */
const roundingMargin = 20

/** The largest finite difference of two results. */
const largestGap = (a: TensorValue, b: TensorValue): number => {
  let largest = 0
  for (let i = 0; i < a.data.length; i += 1) {
    const difference = Math.abs(elementAt(a, i) - elementAt(b, i))
    if (difference > largest && difference !== Infinity) largest = difference
  }
  return largest
}

/**
 * An engine gives the oracle's results, for arguments that float32 can hold: up to its tolerance, plus a multiple of
 * the change that rounding every step to float32 makes in the oracle itself, which is large if a result is a small
 * difference of large numbers. Checked on every engine, whether it is declared or not, and never on the oracle.
 */
export const agreesWithOracle: Law<never> = {
  family: 'engine',
  name: 'agrees with the oracle',
  statement: 'output and gradients are what the oracle gives, up to rounding',
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) => {
    const question = questionInFloat32(setting, 'output and gradients')
    return ask(question, (engine) =>
      askBoth(by(question, 'float64'), by(question, 'float32'), (oracle, rounded) => {
        const [exact, inexact] = [resultsOf(oracle), resultsOf(rounded)]
        const toleranceOf = (result: number): ScaledTolerance => {
          const [a, b] = [exact[result]?.[1], inexact[result]?.[1]]
          const conditioning = a === undefined || b === undefined ? 0 : largestGap(a, b)
          const { relative, scale } = setting.tolerance
          return { scale, relative: relative + (roundingMargin * conditioning) / scale }
        }
        return conclude(sameResults([engine, 'of the engine'], [oracle, 'of the oracle'], toleranceOf))
      }),
    )
  },
}

/**
 * A law that is checked in double precision only: for functions that change by more than the law allows if an argument
 * is rounded to float32, such as a normalisation of nearly constant rows.
 *
 * @example
 * inFloat64(shiftInvariant('x'))
 */
export const inFloat64 = <Names extends string>(law: Law<Names>): Law<Names> => ({
  ...law,
  precision: 'float64',
})
