/** Exit codes: a check that does not hold is 1, something that could not be done 2. */
export const exitCodes = { checkFailed: 1, failed: 2 } as const
