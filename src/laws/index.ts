/**
 * `tensile/laws`: property-based tests of losses, layers and engines.
 *
 * State what a function takes and which laws it keeps (`lawsFor`, `declareLaws`); the laws are tried on random shapes
 * and values, on the oracle and on engines, and a law that breaks is shown at the smallest case that was found.
 */
export * from './arbitraries/application.js'
export type { Kind, Region, Wanted } from './arbitraries/kind.js'
export type { RandomSource } from './arbitraries/random-source.js'
export { normalNumber, oneOf, uniformNumber } from './arbitraries/random-source.js'
export * from './arbitraries/tensors.js'
export type { SizeRange } from './arbitraries/trial.js'
export * from './argument.js'
export * from './catalogue/batch.js'
export * from './catalogue/bounds.js'
export * from './catalogue/convexity.js'
export * from './catalogue/gradients.js'
export * from './catalogue/invariance.js'
export * from './catalogue/known-values.js'
export * from './catalogue/layers.js'
export * from './catalogue/order.js'
export * from './catalogue/precision.js'
export * from './check.js'
export { allOf, atLeast, atMost, equalTo } from './closeness.js'
export * from './coverage.js'
export * from './declaration.js'
export { layerLaws, lossLaws } from './declarations/index.js'
export * from './engine.js'
export * from './experiment.js'
export * from './law.js'
export * from './laws-for.js'
export type { TestRunner } from './test-runner.js'
export type { Trial } from './trial.js'
export * from './violation.js'
