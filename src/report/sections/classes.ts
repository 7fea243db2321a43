/** Accuracy by class before and after: of all classes where they are few, else of those that changed most. */
import type { ClassChange } from '../charts/class-accuracy.js'
import { classAccuracyChart, classChanges } from '../charts/class-accuracy.js'
import { confusionChart } from '../charts/confusion-matrix.js'
import type { Markup } from '../markup.js'
import type { RunReport } from '../run-report.js'
import type { Part } from './blocks.js'
import { card, folded, gridOf, legend, section } from './blocks.js'

/** With so many classes, charts and matrices are small enough to stand side by side. */
export const fewClasses = 12
/** Beyond so many, only those are shown at once that changed most; the others are a click away. */
export const manyClasses = 80
/** How many of those that changed most. */
const foremost = 15
/** The least width of a row, in pixels. */
const least = 310

/** Columns that lists of so many classes are shown in. */
const columnsOf = (classes: number): number => (classes <= fewClasses ? 1 : classes <= 44 ? 2 : 3)

/** All of these classes in equal columns. */
const inColumns = (changes: readonly ClassChange[]): readonly Markup[] => {
  const height = Math.ceil(changes.length / columnsOf(changes.length))
  return Array.from({ length: columnsOf(changes.length) }, (_, i) => {
    const rows = changes.slice(i * height, (i + 1) * height)
    const title =
      rows.length === changes.length
        ? 'Accuracy by class'
        : `Accuracy by class, ${i * height + 1} to ${i * height + rows.length} by gain`
    return card(title, classAccuracyChart(rows, title))
  })
}

/** Classes that gained, that lost, and that are recognised least. */
const foremostOf = (changes: readonly ClassChange[]): readonly Markup[] => {
  const weakest = changes.toSorted((a, b) => a.after - b.after)
  return (
    [
      ['Largest gains', changes],
      ['Largest losses', changes.toReversed()],
      ['Lowest accuracy after', weakest],
    ] as const
  ).map(([title, rows]) => card(title, classAccuracyChart(rows.slice(0, foremost), title)))
}

export const classesSection = ({ before, after, target }: RunReport): Part => {
  const changes = classChanges(before, after)
  const few = before.perClass.length <= fewClasses
  const many = changes.length > manyClasses
  return section(
    'Classes',
    few
      ? `Each class of ${target} before and after, the largest gain first; in the matrices rows are what images show, ` +
          'columns what they were taken for, in per cent of the row.'
      : `Classes of ${target} before and after${many ? '' : ', the largest gain first'}.`,
    legend([
      ['class-source', 'ring', 'zero-shot CLIP'],
      ['class-target', 'disc', 'adapted'],
    ]),
    gridOf(
      least,
      few
        ? [
            ...inColumns(changes),
            card('Confusions before', confusionChart(before, 'before')),
            card('Confusions after', confusionChart(after, 'after')),
          ]
        : many
          ? foremostOf(changes)
          : inColumns(changes),
    ),
    many
      ? folded(
          `All ${changes.length} classes with images, the largest gain first`,
          gridOf(least, inColumns(changes)),
        )
      : undefined,
  )
}
