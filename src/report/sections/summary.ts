/** The summary of a run: accuracies before and after, numbers of images and steps. */
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import type { RunReport } from '../run-report.js'
import { gridOf } from './blocks.js'

const percent = (share: number): string => (Number.isNaN(share) ? '–' : (100 * share).toFixed(1))

const signed = (points: number): string =>
  `${points > 0 ? '+' : points < 0 ? '−' : '±'}${Math.abs(points).toFixed(1)}`

/** A figure before and after, and what changed. */
export const change = (label: string, before: number, after: number): Markup => {
  const gain = Number((100 * (after - before)).toFixed(1))
  return element(
    'div',
    { class: 'card' },
    element('span', { class: 'label' }, label),
    element(
      'span',
      { class: 'figure' },
      element('span', { class: 'from' }, `${percent(before)} → `),
      `${percent(after)} %`,
    ),
    element(
      'span',
      { class: gain > 0 ? 'gain' : gain < 0 ? 'loss' : 'same' },
      Number.isNaN(gain) ? 'no images to compare' : `${signed(gain)} points over zero-shot CLIP`,
    ),
  )
}

const count = (label: string, value: string, note: string): Markup =>
  element(
    'div',
    { class: 'card' },
    element('span', { class: 'label' }, label),
    element('span', { class: 'figure' }, value),
    element('span', { class: 'label' }, note),
  )

export const summarySection = ({ before, after, classes, curves, source, target }: RunReport): Markup => {
  const steps = curves[0]?.points.length ?? 0
  return gridOf(220, [
    change(`balanced accuracy on ${target}`, before.balanced, after.balanced),
    change(`accuracy on ${target}`, before.overall, after.overall),
    count(`images of ${target}`, after.count.toLocaleString('en'), `in ${classes.length} classes`),
    count('training steps', steps.toLocaleString('en'), `labels from ${source} alone`),
  ])
}
