/** erf in double precision: the Maclaurin series near zero, the continued fraction of erfc farther out. */

/** erf(x) = 2/sqrt(pi) e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!! (Abramowitz & Stegun 7.1.6): all terms positive. */
const series = (x: number): number => {
  let term = x
  let total = x
  for (let n = 1; Math.abs(term) > Math.abs(total) * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1)
    total += term
  }
  return ((2 * total) / Math.sqrt(Math.PI)) * Math.exp(-x * x)
}

/** erfc(x) for x > 0 by its continued fraction (Abramowitz & Stegun 7.1.14), from the inside out. */
const complement = (x: number): number => {
  let fraction = x
  for (let k = 80; k >= 1; k -= 1) fraction = x + k / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}

/** The error function, with an error of about 1e-15. */
export const errorFunction = (x: number): number => {
  if (Number.isNaN(x) || x === 0) return x
  const magnitude = Math.abs(x)
  if (magnitude > 6) return Math.sign(x)
  return magnitude < 2.5 ? series(x) : Math.sign(x) * (1 - complement(magnitude))
}
