/** Learning curves: the loss and its terms at each step; nothing for a run without steps. */
import { learningCurveChart } from '../charts/learning-curve.js'
import type { Child } from '../markup.js'
import type { RunReport } from '../run-report.js'
import { card, gridOf, section } from './blocks.js'

export const learningCurvesSection = ({ curves }: Pick<RunReport, 'curves'>): Child =>
  curves.length === 0
    ? undefined
    : section(
        'Learning curves',
        'What training minimised, and the terms that it is made of: each step, and their moving average.',
        gridOf(
          280,
          curves.map((curve) => card(curve.name, learningCurveChart(curve))),
        ),
      )
