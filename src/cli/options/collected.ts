/** Options that are given several times. */

/** The texts of an option in the order in which they are given. */
export const collected = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
]
