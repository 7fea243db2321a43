/** Lists in messages. */

/** How many items of a list are shown at most. */
const shownAtMost = 8

/** A heading and its list in one line, cut after eight items; no line if the list is empty. */
export const listed = (heading: string, items: readonly string[]): readonly string[] => {
  const more = items.length - shownAtMost
  const shown = items.slice(0, shownAtMost).join(', ')
  return items.length === 0 ? [] : [`${heading}: ${shown}${more > 0 ? ` and ${more} more` : ''}`]
}
