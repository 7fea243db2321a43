/** `tensile/losses`: pure functions from tensors to a scalar. */
export * from './contrastive.js'
export * from './cross-entropy.js'
export * from './ctc-loss.js'
export * from './entropy.js'
export * from './kl-divergence.js'
export * from './mean-squared-error.js'
export * from './weighted-cross-entropy.js'
