/**
 * Cumulative results by doubling (Hillis & Steele 1986, "Data parallel algorithms"): after each step, every position of an
 * axis holds the result over twice as many positions. A sequence of n takes log2(n) steps of whole tensors, with the
 * operators that every engine has.
 */

/** What doubling does with the tensors of an engine. */
export interface Sequences<T> {
  /** Positions `from` to `to`, without `to`, of the axis. */
  readonly part: (x: T, from: number, to: number) => T
  readonly join: (first: T, second: T) => T
}

/** A value split at a distance: the positions that have a neighbour so far before them, those neighbours, and the rest. */
const neighbours =
  <T>({ part, join }: Sequences<T>, length: number, reverse: boolean) =>
  (x: T, distance: number) => {
    const [low, high] = [part(x, 0, length - distance), part(x, distance, length)]
    return reverse
      ? { own: low, before: high, withFirst: (rest: T): T => join(rest, part(x, length - distance, length)) }
      : { own: high, before: low, withFirst: (rest: T): T => join(part(x, 0, distance), rest) }
  }

/** The distances 1, 2, 4, ... that are less than a length. */
const distances = (length: number): readonly number[] =>
  Array.from({ length: Math.ceil(Math.log2(Math.max(length, 1))) }, (_, i) => 2 ** i)

/** For each position of an axis, all elements up to it combined by an associative function. */
export const accumulated = <T>(
  x: T,
  length: number,
  reverse: boolean,
  sequences: Sequences<T>,
  combine: (own: T, before: T) => T,
): T => {
  const at = neighbours(sequences, length, reverse)
  return distances(length).reduce((found, distance) => {
    const { own, before, withFirst } = at(found, distance)
    return withFirst(combine(own, before))
  }, x)
}

/**
 * h_t = a_t h_{t-1} + x_t along an axis. Two steps of it are one of the same form, with a_t a_{t-1} and a_t x_{t-1} + x_t
 * (Blelloch 1990, "Prefix sums and their applications", section 1.4).
 */
export const recurrence = <T>(
  decay: T,
  x: T,
  length: number,
  reverse: boolean,
  sequences: Sequences<T> & { readonly add: (a: T, b: T) => T; readonly mul: (a: T, b: T) => T },
): T => {
  const { add, mul } = sequences
  const at = neighbours(sequences, length, reverse)
  let [decays, found] = [decay, x]
  for (const distance of distances(length)) {
    const [ofDecays, ofFound] = [at(decays, distance), at(found, distance)]
    found = ofFound.withFirst(add(mul(ofDecays.own, ofFound.before), ofFound.own))
    if (2 * distance < length) decays = ofDecays.withFirst(mul(ofDecays.own, ofDecays.before))
  }
  return found
}
