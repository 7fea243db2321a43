/** `tensile/engines/onnx-web`: the engine of browsers. */
export { onnxWebEngine } from './engine.js'
export type { WebProvider, WebSettings } from './settings.js'
