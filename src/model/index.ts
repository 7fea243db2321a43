/** `tensile/model`: layers, CLIP and AD-CLIP. */
export * from './ad-clip/ad-clip.js'
export * from './ad-clip/presets.js'
export * from './ad-clip/prompt-learner.js'
export * from './clip/architecture.js'
export * from './clip/text-encoder.js'
export * from './clip/vision-transformer.js'
export * from './layers.js'
export * from './transformer.js'
