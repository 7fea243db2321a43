/** Number formats for matrix products. */

/** Formats of 16 bits. */
export const halfPrecisions = ['float16', 'bfloat16'] as const
export type HalfPrecision = (typeof halfPrecisions)[number]

/**
 * With `float16` or `bfloat16`, the operands and results of matrix products and convolutions are rounded to 11 or 8
 * significant bits, as in mixed-precision training (Micikevicius et al. 2018, section 3.3). Everything else (sums,
 * softmax, normalisation, losses, trained weights) stays in float32.
 */
export const precisions = ['float32', ...halfPrecisions] as const
export type Precision = (typeof precisions)[number]
