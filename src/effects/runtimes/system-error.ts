/** The codes by which the system says what it refuses: `ENOENT`, `EEXIST` and the like. */

/** The code of an error; nothing where it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
