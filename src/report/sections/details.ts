/** Cost and configuration of a run. */
import type { Markup } from '../markup.js'
import { element } from '../markup.js'
import type { Entry, RunReport } from '../run-report.js'
import type { Part } from './blocks.js'
import { card, gridOf, section } from './blocks.js'

const entries = (title: string, list: readonly Entry[]): Markup =>
  card(
    title,
    element(
      'dl',
      {},
      ...list.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
  )

export const detailsSection = ({ cost, configuration }: RunReport): Part =>
  section(
    'Cost and configuration',
    'Operations are counted from the programs themselves: 1 for each elementwise operation, 2 for each multiply-add.',
    gridOf(320, [entries('Cost', cost), entries('Configuration', configuration)]),
  )
