/** The engine `onnx-web`: programs run in `onnxruntime-web`, in a tab, a worker, or Node. */
import type { Engine } from '../engine.js'
import { engineOn } from '../onnx/engine-on.js'
import type { WebSettings } from './settings.js'
import { webBinding } from './web-binding.js'

/**
 * The engine that runs programs in a browser, by ONNX Runtime in WebAssembly, or on WebGPU. It computes what `onnxEngine`
 * computes, by the same lowering: a program is lowered for the sizes that it is compiled with, and its weights become
 * constants. On WebGPU its state stays on the device between runs.
 *
 * Needs the package `onnxruntime-web`, whose files the page must serve: `files` is the address of their folder. Threads need a
 * page that is cross-origin isolated. A run of WebAssembly holds its thread: call it in a worker, so that the page stays
 * responsive. No request goes to another host.
 *
 * @example
 * const engine = onnxWebEngine({ files: '/onnxruntime/' })
 * await pipe(engine.compile(classifier, { sizes: { B: 8 }, weights, state: [] }), TE.chain(({ run }) => run(batch)))()
 */
export const onnxWebEngine = ({ provider = 'wasm', ...rest }: Partial<WebSettings> = {}): Engine =>
  engineOn(provider === 'wasm' ? 'onnx-web' : 'onnx-web-webgpu', webBinding({ provider, ...rest }))
