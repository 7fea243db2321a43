/** Images of the target with their predicted classes before and after: what was gained, what was lost, what stayed. */
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import { chooseImages } from '../gallery.js'
import type { GalleryImage, Guess, Outcome, RunReport } from '../run-report.js'
import { outcomeOf, outcomes } from '../run-report.js'
import { shownName } from '../name.js'
import type { Part } from './blocks.js'
import { section } from './blocks.js'

const titles: Readonly<Record<Outcome, string>> = {
  corrected: 'wrong before, right after',
  lost: 'right before, wrong after',
  right: 'right both times',
  wrong: 'wrong both times',
}

const guessLine = (
  when: string,
  { label, probability }: Guess,
  image: GalleryImage,
  classes: readonly string[],
): Markup =>
  element(
    'span',
    { class: label === image.label ? 'gain' : 'loss', title: `${when}: ${classes[label]}` },
    element('b', {}, label === image.label ? '✓' : '✗', element('bdi', {}, ` ${classes[label]}`)),
    element('i', {}, `${(100 * probability).toFixed(0)} %`),
  )

const tile = (image: GalleryImage, classes: readonly string[]): Markup =>
  element(
    'figure',
    { class: 'card' },
    element('img', {
      src: image.source,
      alt: `${classes[image.label]}: ${image.name}`,
      title: image.name,
      width: 112,
      height: 112,
    }),
    element('strong', {}, shownName(classes[image.label] ?? '')),
    guessLine('before', image.before, image, classes),
    guessLine('after', image.after, image, classes),
  )

/** The gallery, by outcome, each with its number of images of the whole target; nothing for a gallery without images. */
export const gallerySection = ({ gallery, classes, target, predictions }: RunReport): Part => {
  if (gallery.length === 0) return undefined
  const { counts } = chooseImages(predictions.target)
  const groups = outcomes.flatMap((outcome) => {
    const images = gallery.filter(({ label, before, after }) => outcomeOf(label, before, after) === outcome)
    return images.length === 0
      ? []
      : [
          element(
            'h3',
            { class: 'group' },
            `${titles[outcome]}: ${images.length} of ${counts[outcome].toLocaleString('en')}`,
          ),
          element('div', { class: 'grid-of gallery' }, ...images.map((image) => tile(image, classes))),
        ]
  })
  return section(
    `Images of ${target}`,
    'Under each image its class, then what zero-shot CLIP took it for, then what the adapted model did, and how sure each was.',
    ...groups,
  )
}
