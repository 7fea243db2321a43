/** Images whose classes are not known, with what both classifiers take them for. */
import type { ClassifiedImages } from '../../experiments/evaluation/classified-images.js'
import { evenlyTaken } from '../../experiments/evenly-taken.js'
import { guessAt, guessedLabels } from '../logits.js'
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import { shownName } from '../name.js'
import type { GalleryImage, Guess } from '../run-report.js'
import type { Part } from './blocks.js'
import { section } from './blocks.js'

/** An image without its class. */
export type UnlabelledImage = Omit<GalleryImage, 'label'>

/** How many of those that are named otherwise than before are shown, and of those that are not. */
const shown = 16

const isChanged = ({ before, after }: Pick<UnlabelledImage, 'before' | 'after'>): boolean =>
  before.label !== after.label

/** The images to show, evenly taken from those that are named otherwise than before, then from the others. */
export const chooseGuesses = ({
  paths,
  zeroShot,
  adapted,
}: Pick<ClassifiedImages, 'paths' | 'zeroShot' | 'adapted'>): readonly Omit<UnlabelledImage, 'source'>[] => {
  const [before, after] = [guessedLabels(zeroShot), guessedLabels(adapted)]
  const positions = [...paths.keys()]
  return [true, false]
    .flatMap((changed) =>
      evenlyTaken(
        positions.filter((i) => (before[i] !== after[i]) === changed),
        shown,
      ),
    )
    .map((i) => ({ name: paths[i] ?? '', before: guessAt(zeroShot, i), after: guessAt(adapted, i) }))
}

const guessLine = (when: string, { label, probability }: Guess, classes: readonly string[]): Markup =>
  element(
    'span',
    { class: 'same', title: `${when}: ${classes[label]}` },
    element('b', {}, `${when}: ${classes[label]}`),
    element('i', {}, `${(100 * probability).toFixed(0)} %`),
  )

const tile = (image: UnlabelledImage, classes: readonly string[]): Markup =>
  element(
    'figure',
    { class: 'card' },
    element('img', { src: image.source, alt: image.name, title: image.name, width: 112, height: 112 }),
    element('strong', {}, shownName(image.name)),
    guessLine('before', image.before, classes),
    guessLine('after', image.after, classes),
  )

const group = (
  title: string,
  note: string,
  images: readonly UnlabelledImage[],
  classes: readonly string[],
): Part =>
  images.length === 0
    ? undefined
    : section(
        title,
        note,
        element('div', { class: 'grid-of gallery' }, ...images.map((image) => tile(image, classes))),
      )

/** Images that the adapted model names otherwise than zero-shot CLIP, then those that both name alike. */
export const guessesSections = (
  images: readonly UnlabelledImage[],
  classes: readonly string[],
): readonly Part[] => [
  group(
    'Named otherwise than before',
    'What zero-shot CLIP took each image for, then what the adapted model did.',
    images.filter(isChanged),
    classes,
  ),
  group(
    'Named as before',
    'What both took each image for.',
    images.filter((image) => !isChanged(image)),
    classes,
  ),
]
