/** Which images of the target a report shows: some of each outcome, however rare it is. */
import type { ClassifiedImages } from '../experiments/evaluation/classified-images.js'
import { evenlyTaken } from '../experiments/evenly-taken.js'
import { rowsOf } from '../values/rows-of.js'
import { guessOf } from './logits.js'
import type { GalleryImage, Outcome } from './run-report.js'
import { outcomeOf, outcomes } from './run-report.js'

/** How many of each outcome are shown. */
const shown: Readonly<Record<Outcome, number>> = { corrected: 8, lost: 8, right: 8, wrong: 8 }

/** An image to show, by its file. */
export type ChosenImage = Omit<GalleryImage, 'source'>

interface Gallery {
  readonly chosen: readonly ChosenImage[]
  readonly counts: Readonly<Record<Outcome, number>>
}

/** The images to show, evenly taken from those of each outcome, and how many of each there are. */
export const chooseImages = ({ paths, labels, zeroShot, adapted }: ClassifiedImages): Gallery => {
  const [before, after] = [rowsOf(zeroShot), rowsOf(adapted)]
  const all = paths.map((name, i): ChosenImage => ({
    name,
    label: labels[i] ?? -1,
    before: guessOf(before[i] ?? []),
    after: guessOf(after[i] ?? []),
  }))
  const having = (outcome: Outcome): readonly ChosenImage[] =>
    all.filter((image) => outcomeOf(image.label, image.before, image.after) === outcome)
  return {
    chosen: outcomes.flatMap((outcome) => evenlyTaken(having(outcome), shown[outcome])),
    counts: {
      corrected: having('corrected').length,
      lost: having('lost').length,
      right: having('right').length,
      wrong: having('wrong').length,
    },
  }
}
