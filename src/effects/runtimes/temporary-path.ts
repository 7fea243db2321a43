/** Temporary names of files while they are written. */
let count = 0

/** A name next to a file that no other process uses, and that this one uses once. */
export const temporaryPath = (path: string): string => `${path}.${process.pid}-${(count += 1)}.partial`

/** Whether a name is one of these. */
export const isTemporary = (name: string): boolean => /\.\d+-\d+\.partial$/.test(name)
