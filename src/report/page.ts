/** The pages of reports: each one file that needs nothing else, no network and no script. */
import { htmlPage } from './html-page.js'
import { element } from './markup.js'
import type { RunReport } from './run-report.js'
import { sections } from './sections.js'
import type { Part } from './sections/blocks.js'
import { learningCurvesSection } from './sections/learning-curves.js'
import { guessesSections } from './sections/guesses.js'
import type { UnlabelledImage } from './sections/guesses.js'
import { styleSheet } from './style.js'

/** What every page says at its top and bottom. */
type Frame = Pick<
  RunReport,
  'source' | 'target' | 'method' | 'chosenOnLabels' | 'warnings' | 'seed' | 'producer'
>

const page = (
  { source, target, method, chosenOnLabels, warnings, seed, producer }: Frame,
  content: readonly Part[],
): string => {
  const title = `${source} → ${target}`
  return htmlPage({
    title: `${title}, ${method}`,
    style: styleSheet,
    header: [
      element('h1', {}, title),
      element('p', { class: 'subtitle' }, `${method}, seed ${seed}`),
      chosenOnLabels === undefined
        ? undefined
        : element('p', { class: 'subtitle' }, `Expect less elsewhere: ${chosenOnLabels}.`),
      ...warnings.map((warning) => element('p', { class: 'warning' }, `Warning: ${warning}.`)),
    ],
    content,
    producer,
  })
}

/**
 * The report as one HTML file with its drawings (SVG) and images in it: it loads nothing and runs no script. Equal reports
 * give equal files.
 *
 * @example
 * const pages = (reports: readonly RunReport[]): readonly string[] => reports.map(reportPage)
 */
export const reportPage = (report: RunReport): string =>
  page(
    report,
    sections.map((section) => section(report)),
  )

/** What is shown of a run whose target has no labels: nothing that counts right and wrong. */
export interface UnlabelledReport extends Omit<Frame, 'warnings'>, Pick<RunReport, 'classes' | 'curves'> {
  readonly images: readonly UnlabelledImage[]
}

/** The report of a run whose target has no labels, as one HTML file. */
export const unlabelledPage = (report: UnlabelledReport): string =>
  page({ ...report, warnings: [] }, [
    element(
      'p',
      { class: 'note' },
      `The images of ${report.target} have no labels, so nothing says how many are named rightly. Under each image is what zero-shot CLIP took it for, what the adapted model takes it for, and how sure each is.`,
    ),
    ...guessesSections(report.images, report.classes),
    learningCurvesSection({ curves: report.curves }),
  ])
