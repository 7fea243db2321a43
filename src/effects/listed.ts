/** Lists in messages. */

/** How many of a list are told. */
const toldAtMost = 8

/** A list behind its heading, cut where it grows long; nothing if it is empty. */
export const listed = (heading: string, items: readonly string[]): readonly string[] => {
  const more = items.length - toldAtMost
  const told = items.slice(0, toldAtMost).join(', ')
  return items.length === 0 ? [] : [`${heading}: ${told}${more > 0 ? ` and ${more} more` : ''}`]
}
