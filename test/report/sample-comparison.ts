/** A comparison of groups with two runs each, for tests of its page. */
import { adaptationConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { ComparedRun, RunComparison, RunGroup } from '../../src/experiments/comparison/compare-runs.js'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'
import { spread } from '../../src/experiments/spread.js'
import { expectRight } from '../expect-either.js'
import { configurationOf, evaluationOf, metricsOf } from '../support/written-runs.js'

const methods = ['CoOp', 'DAPL', 'AD-CLIP (robust)']
const none = { mean: Number.NaN, deviation: undefined, count: 0 }

const run = (group: number, seed: number, accuracy: number): ComparedRun => ({
  directory: `runs/table/group-${group}/seed-${seed}`,
  configuration: expectRight(adaptationConfiguration.decode(configurationOf('coop', { seed }))),
  evaluation: expectRight(evaluationCodec.decode(evaluationOf(0.55, accuracy))),
  cost: { steps: 40, seconds: 78, secondsPerStep: 2 },
})

/** Accuracies rise from 62 to 62 + 3 (count - 1) per cent, in an order that is not that of the rows. */
export const sampleComparison = (count: number): RunComparison => {
  const groups = Array.from({ length: count }, (_, i): RunGroup => {
    const mean = 0.62 + 0.03 * ((i * 5) % count)
    const runs = [run(i + 1, 1, mean - 0.02), run(i + 1, 2, mean + 0.02)]
    const over = (figure: (of: ComparedRun) => number) => spread(runs.map(figure)) ?? none
    const points = metricsOf(1 + i / 4, 40)
    return {
      method: methods[i % methods.length] ?? '',
      source: 'art',
      target: i < count / 2 ? 'sketch' : 'photo',
      settings: new Map([['learningRate', String(0.001 * (i + 1))]]),
      own: [['learningRate', String(0.001 * (i + 1))]],
      runs,
      overall: over(({ evaluation }) => evaluation.adapted.overall),
      balanced: over(({ evaluation }) => evaluation.adapted.balanced),
      zeroShot: over(({ evaluation }) => evaluation.zeroShot.overall),
      cost: { steps: 40, seconds: 78 + i, secondsPerStep: 2 },
      curves: [
        { name: 'loss', points: points.map(({ step, loss = 0 }) => ({ step, value: loss })) },
        { name: 'accuracy', points: points.map(({ step }) => ({ step, value: step / 50 })) },
      ],
    }
  })
  return {
    groups,
    differing: [
      {
        path: 'learningRate',
        values: groups.map(({ own }, i) => ({ value: own[0]?.[1] ?? '', of: [i] })),
      },
    ],
    skipped: [{ path: 'runs/stopped', reason: 'stopped at step 3 of 40' }],
  }
}
