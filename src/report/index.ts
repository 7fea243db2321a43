/** `tensile/report`: the page that shows what a run has reached, as text of HTML or written into the run's folder. */
export { reportPage } from './page.js'
export type * from './run-report.js'
export { reportRun, reportUnlabelled, writeReport } from './write-report.js'
export type { ReportOptions } from './write-report.js'
