/** Accuracy by class, and which classes are taken for which, before and after. */
import { classAccuracyChart } from '../charts/class-accuracy.js'
import { confusionChart } from '../charts/confusion-matrix.js'
import type { Markup } from '../markup.js'
import type { RunReport } from '../run-report.js'
import { card, gridOf, legend, section } from './blocks.js'

export const classesSection = ({ before, after, target }: RunReport): Markup =>
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
