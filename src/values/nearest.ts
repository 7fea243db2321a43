/** The nearest of several names, for a name that was mistyped. */

/** How many letters must be put in, left out or changed to make one text of another (Levenshtein 1966). */
export const editDistance = (a: string, b: string): number => {
  let before = Array.from({ length: Array.from(b).length + 1 }, (_, j) => j)
  for (const [i, letter] of Array.from(a).entries()) {
    const row = [i + 1]
    for (const [j, other] of Array.from(b).entries()) {
      const changed = (before[j] ?? 0) + (letter === other ? 0 : 1)
      row.push(Math.min(changed, (before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
    before = row
  }
  return before.at(-1) ?? 0
}

/**
 * The name that is nearest to another one, the first of equally near ones; `undefined` where none has at least half of its letters.
 *
 * @example
 * nearest('sead', ['seed', 'epochs']) // 'seed'
 */
export const nearest = (name: string, names: readonly string[]): string | undefined => {
  const ranked = names
    .map((other) => ({ other, distance: editDistance(name, other) }))
    .toSorted((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(name.length, best.other.length) / 2
    ? best.other
    : undefined
}
