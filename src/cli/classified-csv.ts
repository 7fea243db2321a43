/** Classified images as comma-separated values: what both classifiers say of each. */
import { argMaxRows } from '../experiments/accuracy.js'
import type { EvaluatedOn } from '../experiments/evaluation/evaluate-run-on.js'
import { softmaxRows } from '../experiments/prediction/predicted-images.js'
import type { TensorValue } from '../values/value.js'
import { csvLine } from './csv.js'
import { digits } from './prediction-lines.js'

const heading = ['path', 'label', 'zero-shot class', 'zero-shot probability', 'class', 'probability']

/** A heading, and a line for each image in its order. */
export const classifiedCsv = ({
  classes,
  classified: { paths, labels, zeroShot, adapted },
}: Pick<EvaluatedOn, 'classes' | 'classified'>): string => {
  const guessesOf = (logits: TensorValue) => {
    const shares = softmaxRows(logits).data
    return argMaxRows(logits.data, classes.length).map((label, image) => [
      classes[label] ?? '',
      digits(shares[image * classes.length + label] ?? 0),
    ])
  }
  const [before, after] = [guessesOf(zeroShot), guessesOf(adapted)]
  const lines = paths.map((path, image) =>
    csvLine([path, classes[labels[image] ?? -1] ?? '', ...(before[image] ?? []), ...(after[image] ?? [])]),
  )
  return [csvLine(heading), ...lines, ''].join('\n')
}
