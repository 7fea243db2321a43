/** `tensile/training`: objective, optimizer and batches to weights: the loop, its files, its metrics, going on with it. */
export { fit } from './fit.js'
export type { FitPlan } from './fit.js'
export { bindWeights } from './weights.js'
