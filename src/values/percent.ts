/** Shares as percentages with one decimal. */

/**
 * A number with one decimal, halves away from zero: 28.75 is `28.8`. Digits beyond the twelfth are what binary fractions
 * make of decimal ones (100 · 0.2875 is 28.749999999999996), and nothing that was measured.
 */
const oneDecimal = (value: number): string => {
  const tenths = Math.round(Number((10 * Math.abs(value)).toPrecision(12)))
  return `${value < 0 && tenths > 0 ? '-' : ''}${(tenths / 10).toFixed(1)}`
}

/** A share as a percentage: 0.4271 is `42.7`. */
export const percent = (share: number): string => (Number.isNaN(share) ? '-' : oneDecimal(100 * share))

/** A difference of shares in points, with its sign: `+3.1`, `-0.4`; `+0.0` where it rounds to nothing. */
export const points = (difference: number): string => {
  const text = percent(difference)
  return Number.isNaN(difference) || text.startsWith('-') ? text : `+${text}`
}
