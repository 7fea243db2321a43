/** The machine that checks run on, in words. */
import { arch, cpus, release, type } from 'node:os'
import type { Machine } from './finding.js'

export const thisMachine = (): Machine => ({
  system: `${type()} ${release()} ${arch()}`,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  node: process.version,
})
