/** Scores of a run whose target has images of unknown classes; nothing for other runs. */
import type { RunReport } from '../run-report.js'
import type { Part } from './blocks.js'
import { gridOf, section } from './blocks.js'
import { change } from './summary.js'

export const openSetSection = ({
  before: { openSet: before },
  after: { openSet: after },
}: RunReport): Part => {
  if (before === undefined || after === undefined) return undefined
  return section(
    'Unknown classes',
    `With ${after.unknownCount.toLocaleString('en')} images of classes that the classifier does not know; all other figures are of known ` +
      'classes alone. An image is rejected where the entropy of its prediction is above half of that of guessing. The area under ' +
      'the ROC curve is how often an image of an unknown class has the larger entropy of two.',
    gridOf(220, [
      change('harmonic mean of the next two', before.harmonicMean, after.harmonicMean),
      change('known, not rejected and right', before.known, after.known),
      change('unknown and rejected', before.unknown, after.unknown),
      change('area under the ROC curve', before.auroc, after.auroc),
    ]),
  )
}
