/** `tensile/report`: the page that shows what a run has reached, as text of HTML or written into the run's folder. */
export { comparisonPage } from './comparison/comparison-page.js'
export { writeComparison } from './comparison/write-comparison.js'
export { reportPage } from './page.js'
export type * from './run-report.js'
export { reportRun, reportUnlabelled, writeReport } from './write-report.js'
export type { ReportOptions } from './write-report.js'
