/** Runs that were ranked without labels of the target, as a table of text. */
import type { Selection } from '../../experiments/validators/select-run.js'
import { validators } from '../../experiments/validators/validator.js'
import { percent } from '../../values/percent.js'
import { textTable } from '../table.js'

/** The runs, the best first, with their accuracies on the target; then how well the ranking is that of the accuracies. */
export const selectionTable = ({ validator, runs, rankCorrelation }: Selection): string => {
  const { title, reference } = validators[validator]
  return [
    `runs by ${title} (${reference}), which reads no label of the target`,
    '',
    textTable(
      ['rank', 'run', 'method', 'seed', 'score', 'target accuracy'],
      runs.map(({ directory, method, seed, score, targetAccuracy }, i) => [
        String(i + 1),
        directory,
        method,
        String(seed),
        score.toFixed(4),
        percent(targetAccuracy),
      ]),
    ),
    '',
    rankCorrelation === undefined
      ? 'rank correlation with accuracy on the target: none, since runs are too few or alike'
      : `rank correlation with accuracy on the target (Spearman, ${runs.length} runs): ${rankCorrelation.toFixed(2)}`,
    'labels of the target were read for the last column and this correlation, after the ranking',
  ].join('\n')
}
