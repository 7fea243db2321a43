/** A share of work that several processes divide among themselves. */

/** Share `index` of `count`; the first is share 0. */
export interface Share {
  readonly index: number
  readonly count: number
}

/** All of the work. */
export const wholeShare: Share = { index: 0, count: 1 }

/**
 * The items of a share: every `count`-th one. Each item is in exactly one share, and neighbours, which take about as long, are
 * in different ones.
 *
 * @example
 * shareOf({ index: 1, count: 3 }, ['a', 'b', 'c', 'd', 'e']) // ['b', 'e']
 */
export const shareOf = <A>({ index, count }: Share, items: readonly A[]): readonly A[] =>
  items.filter((_, position) => position % count === index)
