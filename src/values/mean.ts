/** The mean of numbers; NaN of none. */
export const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((total, x) => total + x, 0) / numbers.length
