/** Temporary names of files while they are written. */
import { randomBytes } from 'node:crypto'

/**
 * Of this process alone. Its number would not do: in containers every process may be number 1, and they may share a folder.
 */
const ofProcess = randomBytes(6).toString('hex')
let count = 0

/** A name next to a file that no other process uses, on whatever machine, and that this one uses once. */
export const temporaryPath = (path: string): string => `${path}.${ofProcess}-${(count += 1)}.partial`

/** Whether a name is one of these. */
export const isTemporary = (name: string): boolean => /\.[\da-f]+-\d+\.partial$/.test(name)
