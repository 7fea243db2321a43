/** Laws about arithmetic: float32 against float64, and an engine against the oracle. */
import { allOf, equalTo } from '../closeness.js'
import type { Answer, Question } from '../experiment.js'
import { askBoth, conclude } from '../experiment.js'
import type { Law } from '../law.js'
import { questionOf } from '../law.js'
import type { Verdict } from '../experiment.js'
import type { Tolerance } from '../closeness.js'

/** Output and every gradient of two answers. */
const sameAnswers = (
  left: Answer,
  right: Answer,
  labels: readonly [string, string],
  tolerance: Tolerance,
): Verdict =>
  allOf([
    equalTo(
      { label: `output ${labels[0]}`, value: left.output },
      { label: `output ${labels[1]}`, value: right.output },
      tolerance,
    ),
    ...Object.entries(left.gradients).map(([name, value]) =>
      equalTo(
        { label: `gradient by '${name}' ${labels[0]}`, value },
        { label: `gradient by '${name}' ${labels[1]}`, value: right.gradients[name] ?? Number.NaN },
        tolerance,
      ),
    ),
  ])

const by = (question: Question, arithmetic: Question['arithmetic']): Question => ({ ...question, arithmetic })

/**
 * Rounded to float32 after every primitive, output and gradients stay within `relative` times (their size plus that of
 * the largest argument) of what float64 gives. One unit in the last place of float32 is 6e-8 relative; 1e-5 is 170.
 */
export const closeInFloat32 = (relative = 1e-5): Law<never> => ({
  family: 'float32',
  name: `float32 within ${relative}`,
  statement: `rounding every step to float32 changes output and gradients by at most ${relative} of their size or of the largest argument`,
  about: [],
  region: 'extreme',
  precision: 'float64',
  experiment: ({ trial, tolerance }) => {
    const question = questionOf(trial, 'gradients')
    return askBoth(by(question, 'float32'), by(question, 'float64'), (single, double) =>
      conclude(sameAnswers(single, double, ['in float32', 'in float64'], { ...tolerance, relative })),
    )
  },
})

/** What is under law, an engine, gives the oracle's output and gradients. Tried on engines only. */
export const agreesWithOracle: Law<never> = {
  family: 'engine',
  name: 'agrees with the oracle',
  statement: 'output and gradients are what the oracle gives, up to the rounding of the engine',
  about: [],
  region: 'extreme',
  precision: 'any',
  experiment: ({ trial, tolerance }) => {
    const question = questionOf(trial, 'gradients')
    return askBoth(question, by(question, 'float64'), (engine, oracle) =>
      conclude(sameAnswers(engine, oracle, ['of the engine', 'of the oracle'], tolerance)),
    )
  },
}
