/** The page of a report: one file that needs nothing else, no network and no script. */
import { classAccuracyChart } from './charts/class-accuracy.js'
import { confusionChart } from './charts/confusion-matrix.js'
import { featureMap, mostColours } from './charts/feature-map.js'
import { learningCurveChart } from './charts/learning-curve.js'
import { gallerySection } from './gallery-section.js'
import type { Child, Markup } from './markup.js'
import { element, together, verbatim } from './markup.js'
import type { Entry, RunReport } from './run-report.js'
import { styleSheet } from './style.js'

const percent = (share: number): string => (100 * share).toFixed(1)

const signed = (points: number): string =>
  `${points > 0 ? '+' : points < 0 ? '−' : '±'}${Math.abs(points).toFixed(1)}`

const section = (title: string, note: string, ...content: readonly Child[]): Markup =>
  element('section', {}, element('h2', {}, title), element('p', { class: 'note' }, note), ...content)

const gridOf = (least: number, content: readonly Markup[]): Markup =>
  element('div', { class: 'grid-of', style: `--least: ${least}px` }, ...content)

const card = (title: string, ...content: readonly Child[]): Markup =>
  element('figure', { class: 'card' }, element('h3', {}, title), ...content)

/** A figure before and after, and what changed. */
const change = (label: string, before: number, after: number): Markup => {
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
      `${signed(gain)} points over zero-shot CLIP`,
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

const summary = ({ before, after, classes, curves, source, target }: RunReport): Markup => {
  const steps = curves[0]?.points.length ?? 0
  return gridOf(220, [
    change(`balanced accuracy on ${target}`, before.balanced, after.balanced),
    change(`accuracy on ${target}`, before.overall, after.overall),
    count(`images of ${target}`, after.count.toLocaleString('en'), `in ${classes.length} classes`),
    count('training steps', steps.toLocaleString('en'), `labels from ${source} alone`),
  ])
}

const legend = (entries: readonly (readonly [colour: string, shape: string, text: string])[]): Markup =>
  element(
    'ul',
    { class: 'legend' },
    ...entries.map(([colour, shape, text]) =>
      element('li', {}, element('i', { class: `${shape} ${colour}` }), text),
    ),
  )

const accuracies = ({ before, after, target }: RunReport): Markup =>
  section(
    'Classes',
    `Each class of ${target} before and after, the largest gain first; in the matrices rows are what images show, ` +
      'columns what they were taken for, in per cent of the row.',
    legend([
      ['class-source', 'ring', 'zero-shot CLIP'],
      ['class-target', 'disc', 'adapted'],
    ]),
    gridOf(320, [
      card('Accuracy by class', classAccuracyChart(before, after)),
      card('Confusions before', confusionChart(before, 'confusion matrix before adaptation')),
      card('Confusions after', confusionChart(after, 'confusion matrix after adaptation')),
    ]),
  )

const curves = ({ curves: all }: RunReport): Child =>
  all.length === 0
    ? undefined
    : section(
        'Learning curves',
        'What training minimised, and the terms that it is made of: each step, and their moving average.',
        gridOf(
          280,
          all.map((curve) => card(curve.name, learningCurveChart(curve))),
        ),
      )

const features = ({ projection, classes, source, target }: RunReport): Child => {
  if (projection === undefined) return undefined
  const colours =
    classes.length <= mostColours ? classes.map((name, i) => [`class-${i}`, 'disc', name] as const) : []
  const roles =
    classes.length <= mostColours
      ? ({
          source: ['class-source', 'ring', `rings: ${source}`],
          target: ['class-source', 'disc', `discs: ${target}`],
        } as const)
      : ({
          source: ['class-source', 'ring', source],
          target: ['class-target', 'disc', target],
        } as const)
  const placed = new Set(projection.before.map(({ role }) => role))
  return section(
    'Images in two dimensions',
    'Where images lie for the classifier: how like each class’s prompt an image is, brought to two dimensions by ' +
      'UMAP, both states in one plane. CLIP’s image features are frozen; what adapts is what they are compared with.',
    legend([...colours, ...[...placed].map((role) => roles[role])]),
    gridOf(320, [
      card('Before', featureMap(projection, 'before', classes)),
      card('After', featureMap(projection, 'after', classes)),
    ]),
  )
}

const entries = (title: string, list: readonly Entry[]): Markup =>
  card(
    title,
    element(
      'dl',
      {},
      ...list.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
  )

const details = ({ cost, configuration }: RunReport): Markup =>
  section(
    'Cost and configuration',
    'Operations are counted from the programs themselves: 1 for each elementwise operation, 2 for each multiply-add.',
    gridOf(320, [entries('Cost', cost), entries('Configuration', configuration)]),
  )

/**
 * The report as one HTML file: drawings are SVG, images are in it, and nothing is loaded or run. Equal reports give
 * equal files.
 *
 * @example
 * const pages = (reports: readonly RunReport[]): readonly string[] => reports.map(reportPage)
 */
export const reportPage = (report: RunReport): string => {
  const { source, target, method, seed, producer } = report
  const title = `${source} → ${target}`
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, `${title}, ${method}`),
      element('style', {}, verbatim(styleSheet)),
    ),
    element(
      'body',
      {},
      element(
        'header',
        {},
        element('h1', {}, title),
        element('p', { class: 'subtitle' }, `${method}, seed ${seed}`),
      ),
      element(
        'main',
        {},
        summary(report),
        accuracies(report),
        curves(report),
        features(report),
        gallerySection(report),
        details(report),
      ),
      element('footer', {}, `Made by ${producer}.`),
    ),
  )
  return `<!doctype html>\n${together([page]).markup}\n`
}
