/** Accuracies of a run as a table of text. */
import type { AdaptationEvaluation } from '../experiments/evaluation/evaluation-file.js'
import { chosenOnLabels } from '../methods/index.js'
import { inert } from '../effects/printable.js'
import { counted } from '../effects/counted.js'
import type { OpenSetScores } from '../experiments/evaluation/open-set.js'
import { percent, points } from '../values/percent.js'
import { textTable } from './table.js'

/** Scores where some images were of unknown classes; nothing where none were. */
const openSetTable = (
  before: OpenSetScores | undefined,
  after: OpenSetScores | undefined,
): readonly string[] => {
  if (before === undefined || after === undefined) return []
  const row = (name: string, score: (of: OpenSetScores) => number): readonly string[] => [
    name,
    percent(score(before)),
    percent(score(after)),
    points(score(after) - score(before)),
  ]
  return [
    '',
    textTable(
      [`with ${counted(after.unknownCount, 'image')} of unknown classes`, 'zero-shot', 'adapted', 'gain'],
      [
        row('known, not rejected and right', ({ known }) => known),
        row('unknown and rejected', ({ unknown }) => unknown),
        row('harmonic mean', ({ harmonicMean }) => harmonicMean),
        row('area under the ROC curve', ({ auroc }) => auroc),
      ],
    ),
  ]
}

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
    ...openSetTable(zeroShot.openSet, adapted.openSet),
    ...(choice === undefined ? [] : ['', choice]),
    ...warnings.flatMap((warning) => ['', `warning: ${inert(warning)}`]),
  ].join('\n')
}
