/** The codes by which the system says what it refuses: `ENOENT`, `EEXIST` and the like. */

/** The code of an error; an empty text if it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
