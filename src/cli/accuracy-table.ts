/** Accuracies of a run as a table of text. */
import type { AdaptationEvaluation } from '../experiments/evaluation/evaluation-file.js'
import { chosenOnLabels } from '../methods/index.js'
import { inert } from '../effects/printable.js'
import { percent, points, textTable } from './table.js'

/** Zero-shot and adapted accuracy side by side: overall, balanced, per class; then what was chosen with labels of a target. */
export const compareRun = ({
  method,
  source,
  target,
  preset,
  seed,
  zeroShot,
  adapted,
  warnings = [],
}: AdaptationEvaluation): string => {
  const row = (name: string, count: number, before: number, after: number): readonly string[] => [
    name,
    String(count),
    percent(before),
    percent(after),
    points(after - before),
  ]
  const classes = zeroShot.perClass.map(({ name, count, accuracy }, i) =>
    row(name, count, accuracy, adapted.perClass[i]?.accuracy ?? Number.NaN),
  )
  const choice = chosenOnLabels(method, preset)
  return [
    `${inert(source)} → ${inert(target)}, ${preset === undefined ? method : `preset ${preset}`}, seed ${seed}: accuracy on the target, %`,
    '',
    textTable(
      ['', 'images', 'zero-shot', 'adapted', 'gain'],
      [
        row('overall', zeroShot.count, zeroShot.overall, adapted.overall),
        row('balanced', zeroShot.count, zeroShot.balanced, adapted.balanced),
        ...classes,
      ],
    ),
    ...(choice === undefined ? [] : ['', choice]),
    ...warnings.flatMap((warning) => ['', `warning: ${inert(warning)}`]),
  ].join('\n')
}
