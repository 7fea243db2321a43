/** Which classes are taken for which: the foremost pairs, and matrices of all classes where they are many. */
import { confusionOverview, eitherConfusionChart } from '../charts/confusion-matrix.js'
import type { Confusion } from '../confusions.js'
import { confusionsByClass, foremost, orders } from '../confusions.js'
import type { Child, Markup } from '../markup.js'
import { element } from '../markup.js'
import { shownName } from '../name.js'
import type { RunReport } from '../run-report.js'
import type { Part } from './blocks.js'
import { card, folded, gridOf, section, table } from './blocks.js'
import { fewClasses, manyClasses } from './classes.js'

/** Pairs that a list shows at most. */
const most = 12

const listOf = (title: string, confusions: readonly Confusion[]): Markup =>
  card(
    title,
    confusions.length === 0
      ? element('p', { class: 'note' }, 'There is none.')
      : table(
          title,
          ['images of', 'taken for', 'before → after', 'of'],
          confusions.map(({ shows, takenFor, total, before, after }) => [
            shownName(shows),
            shownName(takenFor),
            `${before} → ${after}`,
            total,
          ]),
          'pairs',
        ),
  )

/** What the images of each class were most often taken for, as a table: all that a matrix says that matters. */
const tableOf = ({ before, after }: RunReport, byClass: readonly (readonly Confusion[])[]): Markup =>
  table(
    'confusions by class',
    ['class', 'images', 'right before', 'right after', 'taken for most often, after'],
    byClass.flatMap((confusions, i): readonly (readonly Child[])[] => {
      const { name = '', count = 0 } = before.perClass[i] ?? {}
      const others = foremost(confusions, orders.frequent, 3)
        .map(({ takenFor, after: images }) => `${takenFor} (${images})`)
        .join(', ')
      return count === 0
        ? []
        : [[shownName(name), count, before.confusion[i]?.[i], after.confusion[i]?.[i], others]]
    }),
    'by-class',
  )

export const confusionsSection = (report: RunReport): Part => {
  const { before, after, classes } = report
  const byClass = confusionsByClass(before, after)
  const confusions = byClass.flat()
  return section(
    'Confusions',
    'Pairs of classes by the images of the first that were taken for the second, of all images of the first.',
    gridOf(310, [
      listOf('Most frequent after', foremost(confusions, orders.frequent, most)),
      listOf('Most resolved', foremost(confusions, orders.resolved, most)),
      listOf('Most added', foremost(confusions, orders.added, most)),
    ]),
    ...(classes.length <= fewClasses
      ? []
      : [
          gridOf(310, [
            card('All classes, before', confusionOverview(before, 'before')),
            card('All classes, after', confusionOverview(after, 'after')),
          ]),
          // On paper, names of so many would be too small to read.
          element(
            'div',
            { class: classes.length > manyClasses ? 'on-screens' : undefined },
            card(
              'All classes by name',
              element(
                'p',
                { class: 'note' },
                'Rows are what images show, columns what they were taken for, darker for a larger share of the row.',
              ),
              eitherConfusionChart(before, after),
            ),
          ),
        ]),
    folded('What images of each class were taken for, as a table', tableOf(report, byClass)),
  )
}
