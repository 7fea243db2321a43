/** Times in words. */

/**
 * Seconds as text.
 *
 * @example
 * [duration(4.04), duration(45), duration(750), duration(11520)] // ['4.0 s', '45 s', '12.5 min', '3.2 h']
 */
export const duration = (seconds: number): string => {
  if (seconds < 120) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`
}
