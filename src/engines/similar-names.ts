/** Suggestions for a name that does not exist. */

/** The names most similar to `name`, at most three: those that share the longest prefix or suffix with it. */
export const similarNames = (name: string, present: readonly string[]): readonly string[] => {
  const likeness = (other: string): number =>
    Math.max(commonPrefix(name, other), commonPrefix(reverse(name), reverse(other)))
  return present
    .map((other) => ({ other, score: likeness(other) }))
    .filter(({ other, score }) => score >= Math.min(name.length, other.length) / 2)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ other }) => other)
}

const reverse = (text: string): string => Array.from(text).toReversed().join('')

const commonPrefix = (a: string, b: string): number => {
  const limit = Math.min(a.length, b.length)
  for (let i = 0; i < limit; i += 1) if (a[i] !== b[i]) return i
  return limit
}
