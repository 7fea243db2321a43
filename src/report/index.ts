/** `tensile/report`: the page that shows what a run has reached. */
export { writeReport } from './write-report.js'
