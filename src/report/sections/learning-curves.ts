/** Learning curves: the loss and its terms at each step; nothing for a run without steps. */
import { learningCurveChart, smoothed } from '../charts/learning-curve.js'
import { evenlyTaken } from '../../experiments/evenly-taken.js'
import type { Markup } from '../markup.js'
import type { LearningCurve, RunReport } from '../run-report.js'
import type { Part } from './blocks.js'
import { card, chartsOf, folded, section, table } from './blocks.js'

/** Rows of the table under a curve. */
const shownSteps = 12

const numbersOf = ({ name, points }: LearningCurve): Markup => {
  const averages = smoothed(points)
  const rows = points.map(({ step, value }, i) => [step, value, averages[i]?.value ?? value] as const)
  const last = rows.slice(-1)
  return folded(
    'Numbers',
    table(
      name,
      ['step', 'value', 'average'],
      [...evenlyTaken(rows.slice(0, -1), shownSteps - 1), ...last].map(([step, value, average]) => [
        step.toLocaleString('en'),
        value.toPrecision(4),
        average.toPrecision(4),
      ]),
    ),
  )
}

export const learningCurvesSection = ({ curves }: Pick<RunReport, 'curves'>): Part =>
  curves.length === 0
    ? undefined
    : section(
        'Learning curves',
        'What training minimised, and the terms that it is made of: each step, and their moving average.',
        chartsOf(
          290,
          curves.map((curve) => card(curve.name, learningCurveChart(curve), numbersOf(curve))),
        ),
      )
