/** Number formats that an engine may be asked to multiply matrices in. */

/** Formats of 16 bits. */
export const halfPrecisions = ['float16', 'bfloat16'] as const
export type HalfPrecision = (typeof halfPrecisions)[number]

/**
 * `float32` is what programs mean. With `float16` or `bfloat16`, matrix products and convolutions take operands and give
 * results that are rounded to 11 or 8 significant bits, as in mixed-precision training (Micikevicius et al. 2018, section
 * 3.3); all else (sums, softmax, normalisation, losses, the weights that are learned) stays in 32 bits.
 */
export const precisions = ['float32', ...halfPrecisions] as const
export type Precision = (typeof precisions)[number]
