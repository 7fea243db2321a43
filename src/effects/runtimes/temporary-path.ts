/** Names of files that are being written, before they are given the name that they are to have. */
let count = 0

/** A name beside a file under which no other process writes it, nor this one a second time. */
export const temporaryPath = (path: string): string => `${path}.${process.pid}-${(count += 1)}.partial`

/** Whether a name is one of these. */
export const isTemporary = (name: string): boolean => /\.\d+-\d+\.partial$/.test(name)
