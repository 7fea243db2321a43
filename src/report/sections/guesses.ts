/** Images whose classes are not known, with what both classifiers take them for. */
import type { ClassifiedImages } from '../../experiments/evaluation/classified-images.js'
import { evenlyTaken } from '../../experiments/evenly-taken.js'
import { rowsOf } from '../../values/rows-of.js'
import { guessOf } from '../logits.js'
import type { Child, Markup } from '../markup.js'
import { element } from '../markup.js'
import type { GalleryImage, Guess } from '../run-report.js'

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
  const [before, after] = [rowsOf(zeroShot), rowsOf(adapted)]
  const all = paths.map((name, i) => ({
    name,
    before: guessOf(before[i] ?? []),
    after: guessOf(after[i] ?? []),
  }))
  return [true, false].flatMap((changed) =>
    evenlyTaken(
      all.filter((image) => isChanged(image) === changed),
      shown,
    ),
  )
}

const guessLine = (when: string, { label, probability }: Guess, classes: readonly string[]): Markup =>
  element(
    'span',
    { class: 'same' },
    element('b', {}, `${when}: ${classes[label]}`),
    element('i', {}, `${(100 * probability).toFixed(0)} %`),
  )

const tile = (image: UnlabelledImage, classes: readonly string[]): Markup =>
  element(
    'figure',
    { class: 'card' },
    element('img', { src: image.source, alt: image.name, title: image.name, width: 112, height: 112 }),
    element('strong', {}, image.name),
    guessLine('before', image.before, classes),
    guessLine('after', image.after, classes),
  )

const group = (title: string, images: readonly UnlabelledImage[], classes: readonly string[]): Child =>
  images.length === 0
    ? undefined
    : element(
        'section',
        {},
        element('h2', {}, title),
        element('div', { class: 'grid-of gallery' }, ...images.map((image) => tile(image, classes))),
      )

/** Images that the adapted model names otherwise than zero-shot CLIP, then those that both name alike. */
export const guessesSections = (
  images: readonly UnlabelledImage[],
  classes: readonly string[],
): readonly Child[] => [
  group('Named otherwise than before', images.filter(isChanged), classes),
  group(
    'Named as before',
    images.filter((image) => !isChanged(image)),
    classes,
  ),
]
