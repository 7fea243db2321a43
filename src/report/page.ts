/** The page of a report: one file that needs nothing else, no network and no script. */
import { element, together, verbatim } from './markup.js'
import type { RunReport } from './run-report.js'
import { sections } from './sections.js'
import { styleSheet } from './style.js'

/**
 * The report as one HTML file with its drawings (SVG) and images in it: it loads nothing and runs no script. Equal reports
 * give equal files.
 *
 * @example
 * const pages = (reports: readonly RunReport[]): readonly string[] => reports.map(reportPage)
 */
export const reportPage = (report: RunReport): string => {
  const { source, target, method, chosenOnLabels, warnings, seed, producer } = report
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
        chosenOnLabels === undefined
          ? undefined
          : element('p', { class: 'subtitle' }, `Expect less elsewhere: ${chosenOnLabels}.`),
        ...warnings.map((warning) => element('p', { class: 'warning' }, `Warning: ${warning}.`)),
      ),
      element('main', {}, ...sections.map((section) => section(report))),
      element('footer', {}, `Made by ${producer}.`),
    ),
  )
  return `<!doctype html>\n${together([page]).markup}\n`
}
