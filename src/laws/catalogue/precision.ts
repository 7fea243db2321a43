/** Laws about arithmetic: float32 against float64, and an engine against the oracle. */
import type { Tolerance } from '../closeness.js'
import { allOf, equalTo } from '../closeness.js'
import type { Experiment, Question } from '../experiment.js'
import { askBoth, conclude } from '../experiment.js'
import type { Law, Setting } from '../law.js'
import { questionOf } from '../law.js'
import { roundedToFloat32 } from '../tensor-values.js'

/**
 * What is compared. Where a gradient is a small difference of large terms, the output is close and the gradient cannot
 * be.
 */
export type Compared = 'output' | 'output and gradients'

const by = (question: Question, arithmetic: Question['arithmetic']): Question => ({ ...question, arithmetic })

/** Asks the same in two kinds of arithmetic, for arguments that float32 can hold, and compares. */
const sameIn = (
  { trial }: Setting,
  compared: Compared,
  [first, firstLabel]: readonly [Question['arithmetic'], string],
  [second, secondLabel]: readonly [Question['arithmetic'], string],
  tolerance: Tolerance,
): Experiment => {
  const values = roundedToFloat32(trial.values)
  const question = questionOf({ ...trial, values }, compared === 'output' ? 'value' : 'gradients')
  return askBoth(by(question, first), by(question, second), (left, right) =>
    conclude(
      allOf([
        equalTo(
          { label: `output ${firstLabel}`, value: left.output },
          { label: `output ${secondLabel}`, value: right.output },
          tolerance,
        ),
        ...Object.entries(left.gradients).map(([name, value]) =>
          equalTo(
            { label: `gradient by '${name}' ${firstLabel}`, value },
            { label: `gradient by '${name}' ${secondLabel}`, value: right.gradients[name] ?? Number.NaN },
            tolerance,
          ),
        ),
      ]),
    ),
  )
}

/**
 * Rounded to float32 after every primitive, the results stay within `relative` times (their size plus that of the
 * largest argument) of what float64 gives, for arguments that float32 can hold. One unit in the last place of float32
 * is 6e-8 relative; 1e-5 is 170.
 */
export const closeInFloat32 = (relative = 1e-5, compared: Compared = 'output and gradients'): Law<never> => ({
  family: 'float32',
  name: `float32 within ${relative}`,
  statement: `rounding every step to float32 changes ${compared} by at most ${relative} of their size or of the largest argument`,
  about: [],
  region: 'extreme',
  precision: 'float64',
  experiment: (setting) =>
    sameIn(setting, compared, ['float32', 'in float32'], ['float64', 'in float64'], {
      ...setting.tolerance,
      relative,
    }),
})

/**
 * What is under law, an engine, gives the oracle's results, for arguments that float32 can hold. Tried on engines
 * only; where it is not declared, it is tried there all the same, for output and gradients.
 */
export const agreesWithOracle = (compared: Compared = 'output and gradients'): Law<never> => ({
  family: 'engine',
  name: 'agrees with the oracle',
  statement: `${compared} are what the oracle gives, up to the rounding of the engine`,
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) =>
    sameIn(setting, compared, ['tried', 'of the engine'], ['float64', 'of the oracle'], setting.tolerance),
})
