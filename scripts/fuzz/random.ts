/** Choices of one fuzz case, all from its seed: the same seed makes the same case. */
export interface Random {
  /** A whole number in [0, below). */
  readonly below: (below: number) => number
  readonly one: <A>(of: readonly [A, ...(readonly A[])]) => A
  /** An element, or undefined where there is none. */
  readonly some: <A>(of: readonly A[]) => A | undefined
}

/** Mulberry32. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    below,
    one: (of) => of[below(of.length)] ?? of[0],
    some: (of) => of[below(of.length)],
  }
}

/** Every bit of a whole number spread over all of them (the finaliser of MurmurHash3): near numbers make unlike cases. */
const spreadOut = (whole: number): number => {
  let mixed = whole
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** The seed of a case of a run. */
export const seedOfCase = (seed: number, index: number): number => spreadOut(spreadOut(seed) ^ index)
