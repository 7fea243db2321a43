/** Learning curves from a run's metrics. */
import type { Metrics } from '../training/metrics.js'
import { factsOfSteps } from '../training/step-figures.js'
import { spoken } from './entries.js'
import type { LearningCurve } from './run-report.js'

const titleOf = (name: string): string => (name === 'loss' ? 'total loss' : spoken(name))

/** A curve for each quantity that the first step reported, the loss first. */
export const curvesOf = (metrics: readonly Metrics[]): readonly LearningCurve[] => {
  const facts: readonly string[] = ['step', 'loss', ...factsOfSteps]
  const names = Object.keys(metrics[0] ?? {}).filter((name) => !facts.includes(name))
  return (metrics.length === 0 ? [] : ['loss', ...names]).map((name) => ({
    name: titleOf(name),
    points: metrics.flatMap(({ step, [name]: value }) => (value === undefined ? [] : [{ step, value }])),
  }))
}
