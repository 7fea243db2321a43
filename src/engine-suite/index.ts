/**
 * `tensile/engine-suite`: checks engines in processes of their own, in Node. A crash, a hang and memory beyond a limit are findings;
 * each finding is a folder that shows it again.
 */
export type { Limits, NotStarted } from './checking-process.js'
export { defaultLimits } from './checking-process.js'
export { EngineSource, sourceOf, sourceText } from './engine-source.js'
export { Finding } from './finding.js'
export type { FindingKind } from './finding.js'
export { readFinding } from './finding-folder.js'
export type { StoredFinding } from './finding-folder.js'
export { replayCase } from './replay.js'
export type { ExpectedCase, Replayed } from './replay.js'
export { replayFinding, runSuite } from './suite.js'
export type { ReplayedFinding, SuiteFinding, SuiteReport, SuiteSettings } from './suite.js'
export type { NumberRange } from './draw-inputs.js'
export { verifyModel } from './verify.js'
export type { Verification, VerifiedEngine, VerifySettings } from './verify.js'
