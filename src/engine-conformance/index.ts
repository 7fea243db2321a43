/**
 * `tensile/engine-conformance`: checks whether an engine computes what programs mean. For people who write an engine:
 * each check as a test of their test runner, or all checks into a report.
 */
export type { Tolerance } from './agreement.js'
export type { Area, ConformanceCheck, ConformanceOptions } from './check.js'
export { areas } from './check.js'
export type { ConformanceReport, Deviation } from './conformance.js'
export { checkConformance, conformanceChecks, registerConformance } from './conformance.js'
export { conformanceAsMarkdown } from './report.js'
export { checkStart } from './start.js'
export type { Tail, TailError, TailErrors } from './tails.js'
export { tailErrors, tails } from './tails.js'
export { tailErrorsAsMarkdown } from './tail-table.js'
