/** What commands on several runs leave out, for standard error. */
import type { SkippedRun } from '../../experiments/comparison/find-runs.js'

export const skippedLines = (skipped: readonly SkippedRun[]): readonly string[] =>
  skipped.map(({ path, reason }) => `left out: ${path}: ${reason}`)
