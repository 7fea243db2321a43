/** What git hashes before the bytes of a file of this size. */
export const gitHeader = (size: number): string => `blob ${size}\0`
