/** Confusion matrices: each row a class, the shares of its images that were taken for each class. */
import type { Accuracy } from '../../experiments/accuracy.js'
import { largest } from '../../values/extremes.js'
import type { Child, Markup } from '../markup.js'
import { element } from '../markup.js'
import { shownName } from '../name.js'

/** Beyond so many classes, numbers in the cells are too small to read. */
const mostNumbers = 12
/** Beyond so many, a row is drawn as a whole: hundreds of classes have tens of thousands of cells. */
const mostCells = 80
/** How many shades a row has that is drawn as a whole. */
const shades = 8
/** Units of a drawing to the side of a cell. */
const side = 20

const shadeOf = (share: number): number => 0.08 + 0.87 * share

/** A cell of a matrix that is not empty. */
interface Cell {
  readonly guess: number
  readonly count: number
}

const cellsOf = (row: readonly number[]): readonly Cell[] =>
  row.flatMap((count, guess) => (count === 0 ? [] : [{ guess, count }]))

const kindOf = (label: number, guess: number): 'right' | 'wrong' => (label === guess ? 'right' : 'wrong')

/** One rectangle for each cell, with its number where classes are few. */
const drawnApart = ({ perClass }: Accuracy, label: number, row: readonly Cell[]): readonly Markup[] => {
  const { name, count: total } = perClass[label] ?? { name: '', count: 0 }
  return row.flatMap(({ guess, count }) => {
    const share = count / total
    const cell = element(
      'rect',
      {
        class: kindOf(label, guess),
        x: guess * side,
        y: label * side,
        width: side,
        height: side,
        'fill-opacity': shadeOf(share),
      },
      element('title', {}, `${name} taken for ${perClass[guess]?.name}: ${count} of ${total}`),
    )
    if (perClass.length > mostNumbers || share < 0.005) return [cell]
    const number = element(
      'text',
      {
        class: share > 0.9 ? 'share on' : share > 0.62 ? 'share half-on' : 'share',
        x: (guess + 0.5) * side,
        y: (label + 0.64) * side,
        'text-anchor': 'middle',
      },
      (100 * share).toFixed(0),
    )
    return [cell, number]
  })
}

/** What a row says where its cells are not apart: what is right, and what most of the others were taken for. */
const saidOf = ({ perClass }: Accuracy, label: number, row: readonly Cell[]): string => {
  const { name, count: total } = perClass[label] ?? { name: '', count: 0 }
  const right = row.find(({ guess }) => guess === label)?.count ?? 0
  const others = row
    .filter(({ guess }) => guess !== label)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ guess, count }) => `${perClass[guess]?.name} ${count}`)
  return [`${name}: ${right} of ${total} right`, ...(others.length === 0 ? [] : [others.join(', ')])].join(
    '; taken for ',
  )
}

/** One path for all cells of a row that have one colour and shade. */
const drawnTogether = (accuracy: Accuracy, label: number, row: readonly Cell[]): readonly Markup[] => {
  const total = accuracy.perClass[label]?.count ?? 0
  const paths = (['right', 'wrong'] as const).flatMap((kind) =>
    Array.from({ length: shades }, (_, i) => i + 1).flatMap((shade) => {
      const cells = row.filter(
        ({ guess, count }) => kindOf(label, guess) === kind && Math.ceil((shades * count) / total) === shade,
      )
      const d = cells
        .map(({ guess }) => `M${guess * side} ${label * side}h${side}v${side}h-${side}z`)
        .join('')
      return d === '' ? [] : [element('path', { class: kind, d, 'fill-opacity': shadeOf(shade / shades) })]
    }),
  )
  return [element('title', {}, saidOf(accuracy, label, row)), ...paths]
}

/** All rows, each on a band that can be pointed at. */
const rowsOf = (accuracy: Accuracy, id: string): Markup => {
  const { perClass, confusion } = accuracy
  const draw = perClass.length > mostCells ? drawnTogether : drawnApart
  return element(
    'g',
    { id },
    ...confusion.map((row, label) =>
      element(
        'g',
        { class: 'row' },
        element('rect', { class: 'band', y: label * side, width: perClass.length * side, height: side }),
        ...draw(accuracy, label, cellsOf(row)),
      ),
    ),
  )
}

const extentOf = ({ perClass }: Accuracy): number => perClass.length * side

const viewBoxOf = (accuracy: Accuracy): string => `0 0 ${extentOf(accuracy)} ${extentOf(accuracy)}`

/** Lines between cells. */
const lines = (classes: number): Markup =>
  element('path', {
    class: 'lines',
    d: Array.from({ length: classes - 1 }, (_, i) => (i + 1) * side)
      .map((place) => `M0 ${place}H${classes * side}M${place} 0V${classes * side}`)
      .join(''),
  })

/** One of the two states of a run. */
type State = 'before' | 'after'

const idOf = (state: State): string => `confusions-${state}`

const drawing = (accuracy: Accuracy, state: State): Markup =>
  element(
    'svg',
    {
      ...{ class: state, viewBox: viewBoxOf(accuracy), role: 'img' },
      'aria-label': `confusion matrix ${state} adaptation`,
    },
    lines(accuracy.perClass.length),
    rowsOf(accuracy, idOf(state)),
  )

/** Pixels that the longest name needs, at eleven to a letter's height. */
const nameWidth = (names: readonly string[]): number => 14 + 6.2 * largest(names.map((name) => name.length))

/**
 * Drawings of one matrix, one above the other, in a box that scrolls where they do not fit; names of the classes stay at its
 * left and upper edge. Rows are what images show, columns what they were taken for.
 */
const withNames = ({ perClass }: Accuracy, label: string, drawings: readonly Child[]): Markup => {
  const names = perClass.map(({ name }) => name)
  const labels = names.map((name) => element('li', {}, shownName(name)))
  const least = names.length <= mostNumbers ? 20 : 14
  return element(
    'div',
    {
      class: 'matrix',
      // Reached by the keyboard, which then scrolls it.
      tabindex: 0,
      role: 'region',
      'aria-label': label,
      style: `--classes: ${names.length}; --least: ${least}px; --longest: ${Math.ceil(nameWidth(names))}px`,
    },
    element(
      'div',
      { class: 'sheet' },
      element('div', { class: 'corner', 'aria-hidden': 'true' }),
      element('ol', { class: 'columns', 'aria-hidden': 'true' }, ...labels),
      element('ol', { class: 'rows', 'aria-hidden': 'true' }, ...labels),
      element('div', { class: 'cells' }, ...drawings),
    ),
  )
}

/** The matrix of one state, with the names of its classes. */
export const confusionChart = (accuracy: Accuracy, state: State): Markup =>
  withNames(accuracy, `confusion matrix ${state} adaptation, scrollable`, [drawing(accuracy, state)])

const states = ['before', 'after'] as const

/** The matrices of both states in one box with names, of which the reader chooses one; its place in the box stays. */
export const eitherConfusionChart = (before: Accuracy, after: Accuracy): Markup => {
  const shown = { before: 'zero-shot CLIP', after: 'adapted' }
  return element(
    'div',
    { class: 'either', role: 'group', 'aria-label': 'which matrix is shown' },
    ...states.flatMap((state) => [
      element('input', {
        type: 'radio',
        name: 'confusions',
        id: `show-${state}`,
        checked: state === 'after' ? '' : undefined,
      }),
      element('label', { for: `show-${state}` }, shown[state]),
    ]),
    withNames(before, 'confusion matrix with names, scrollable', [
      drawing(before, 'before'),
      drawing(after, 'after'),
    ]),
  )
}

/** The matrix of one state without names, as small as it must be; it shows again what a chart with names has drawn. */
export const confusionOverview = (accuracy: Accuracy, state: State): Markup =>
  element(
    'svg',
    {
      ...{ class: 'overview', viewBox: viewBoxOf(accuracy), role: 'img' },
      'aria-label': `overview of the confusion matrix ${state} adaptation`,
    },
    element('rect', { class: 'ground', width: extentOf(accuracy), height: extentOf(accuracy) }),
    element('use', { href: `#${idOf(state)}` }),
  )
