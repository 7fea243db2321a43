/** Numbers from a random source: what the kinds of arguments are drawn with. `fc.Random` is such a source. */

/** A source of whole numbers between two bounds, both included. */
export interface RandomSource {
  readonly nextInt: (min: number, max: number) => number
}

/** Uniform in [low, high), in 2^24 steps. */
export const uniformNumber = (random: RandomSource, low = 0, high = 1): number =>
  low + (high - low) * random.nextInt(0, 2 ** 24 - 1) * 2 ** -24

/** Standard normal, by Box and Muller (1958). */
export const normalNumber = (random: RandomSource): number =>
  Math.sqrt(-2 * Math.log(1 - uniformNumber(random))) * Math.cos(2 * Math.PI * uniformNumber(random))

/** One of several, each as likely as the others. */
export const oneOf = <A>(random: RandomSource, first: A, ...others: readonly A[]): A =>
  [first, ...others][random.nextInt(0, others.length)] ?? first

/** `count` numbers, each from `draw`. */
export const numbersOf = (count: number, draw: (i: number) => number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => draw(i))
