/** Axes at run time: -1 is the last. */

/** An axis counted from the front; one that does not exist stays as it is, for the shape rule to name. */
export const frontAxis = (axis: number, rank: number): number =>
  axis < 0 && axis + rank >= 0 ? axis + rank : axis
