/** The settings in which rows differ. */
import type { RunComparison } from '../../experiments/comparison/compare-runs.js'
import { settingName } from '../../experiments/comparison/settings.js'
import { spoken } from '../entries.js'
import { element } from '../markup.js'
import type { TitledSection } from '../sections/blocks.js'
import { section, table } from '../sections/blocks.js'

export const settingsSection = ({ differing, groups }: RunComparison): TitledSection | undefined =>
  differing.length === 0
    ? undefined
    : section(
        'Settings that differ',
        'All settings in which rows differ, apart from method and domains. A setting that is not here is the same in all rows that have it.',
        element(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Values of settings' },
          table(
            'Each value of a setting, and the rows that have it',
            ['Setting', 'Value', 'Rows'],
            differing.flatMap(({ path, values }) =>
              values.map(({ value, of }) => [
                spoken(settingName(path)),
                value,
                of.length === groups.length ? 'all' : of.map((at) => at + 1).join(', '),
              ]),
            ),
          ),
        ),
      )
