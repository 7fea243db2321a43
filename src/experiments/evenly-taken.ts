/** Some of many, evenly taken, so that what is ordered by class or by name is represented as it is. */

/** At most so many items, in their order; the same ones each time. */
export const evenlyTaken = <A>(items: readonly A[], most: number): readonly A[] =>
  items.length <= most
    ? items
    : Array.from({ length: most }, (_, i) => Math.floor((i * items.length) / most)).flatMap((position) => {
        const item = items[position]
        return item === undefined ? [] : [item]
      })
