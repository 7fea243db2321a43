/** Engines that are measured, as the page names them. */
export const meteredEngines = [
  { name: 'reference', title: 'reference, float64' },
  { name: 'one-thread', title: 'ONNX Runtime, WebAssembly, one thread' },
  { name: 'threads', title: 'ONNX Runtime, WebAssembly, all cores' },
  { name: 'webgpu', title: 'ONNX Runtime, WebGPU' },
] as const

export type MeteredEngine = (typeof meteredEngines)[number]['name']

/** A figure: medians in milliseconds. */
export interface Figures {
  /** A training step of a network of 64, 256 and 10 numbers, with Adam, on 128 examples. */
  readonly step: number
  /** A product of two matrices of 256 by 256. */
  readonly product: number
}
