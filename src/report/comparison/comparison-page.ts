/** The page that compares runs: one file, with a small script that sorts and filters, and nothing from elsewhere. */
import { counted } from '../../effects/counted.js'
import type { RunComparison } from '../../experiments/comparison/compare-runs.js'
import { htmlPage } from '../html-page.js'
import { element } from '../markup.js'
import { styleSheet } from '../style.js'
import { accuracySection } from './accuracy-section.js'
import { comparisonRules } from './comparison-style.js'
import { curvesSection } from './curves-section.js'
import { groupRules } from './group-colours.js'
import { pageScript } from './page-script.js'
import { runsSection, skippedSection } from './runs-section.js'
import { settingsSection } from './settings-section.js'

/**
 * The comparison as one HTML file. It loads nothing; its script sorts and filters. Equal comparisons give equal files.
 *
 * @example
 * const page = (comparison: RunComparison): string => comparisonPage(comparison, 'tensile 0.1.0')
 */
export const comparisonPage = (comparison: RunComparison, producer: string): string => {
  const { groups } = comparison
  const count = groups.reduce((sum, { runs }) => sum + runs.length, 0)
  const title = `${counted(count, 'run')} in ${counted(groups.length, 'row')}`
  return htmlPage({
    title: `Comparison of ${title}`,
    style: `${styleSheet}${comparisonRules}${groupRules(groups.length)}`,
    header: [element('h1', {}, `Comparison of ${title}`)],
    content: [
      accuracySection(groups),
      curvesSection(groups),
      settingsSection(comparison),
      runsSection(groups),
      skippedSection(comparison),
    ],
    producer,
    script: pageScript,
  })
}
