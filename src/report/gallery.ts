/** Which images of the target a report shows: some of each outcome, however rare it is. */
import type { ClassifiedImages } from '../experiments/evaluation/classified-images.js'
import { evenlyTaken } from '../experiments/evenly-taken.js'
import { guessAt, guessedLabels } from './logits.js'
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
  const [before, after] = [guessedLabels(zeroShot), guessedLabels(adapted)]
  const positions: Readonly<Record<Outcome, number[]>> = { corrected: [], lost: [], right: [], wrong: [] }
  for (const i of paths.keys()) {
    const outcome = outcomeOf(labels[i] ?? -1, { label: before[i] ?? -1 }, { label: after[i] ?? -1 })
    positions[outcome].push(i)
  }
  return {
    chosen: outcomes.flatMap((outcome) =>
      evenlyTaken(positions[outcome], shown[outcome]).map((i) => ({
        name: paths[i] ?? '',
        label: labels[i] ?? -1,
        before: guessAt(zeroShot, i),
        after: guessAt(adapted, i),
      })),
    ),
    counts: {
      corrected: positions.corrected.length,
      lost: positions.lost.length,
      right: positions.right.length,
      wrong: positions.wrong.length,
    },
  }
}
