/** Every engine by name: how to make it, the package and device that it computes with, and its number formats. */
import { keysOf } from '../dsl/documents/literals.js'
import type { Engine } from './engine.js'
import { onnxEngine } from './onnx/engine.js'
import type { GraphOptimization, Provider } from './onnx/provider.js'
import { precisionsOf } from './onnx/provider.js'
import type { Precision } from './precision.js'
import { referenceEngine } from './reference/engine.js'
import type { Backend } from './tfjs/backend.js'
import { tfjsEngine } from './tfjs/engine.js'

/** What an engine computes on. */
export type DeviceKind = 'processor' | 'webgpu' | 'cuda'

/** How an engine is to compute. */
export interface EngineSettings {
  /** Of matrix products; float32 if not given. */
  readonly precision?: Precision | undefined
  /** Threads for each operator; an engine that takes no number of threads has its own. */
  readonly threads?: number | undefined
  /** Whether graphs are rewritten before they run, for the engines of ONNX Runtime; each has a default. */
  readonly graphOptimization?: GraphOptimization | undefined
}

export interface EngineEntry {
  readonly engine: (settings?: EngineSettings) => Engine
  /** Whether the number of its threads can be set. */
  readonly takesThreads: boolean
  /** Whether its rewriting of graphs can be turned on and off. */
  readonly takesGraphOptimization: boolean
  readonly precisions: readonly Precision[]
  /** The library and device in words, for tables. */
  readonly title: string
  /** The npm package that computes; undefined for the engine that is part of this library. */
  readonly library: string | undefined
  readonly device: DeviceKind
}

const onOnnxRuntime = (
  provider: Provider,
): Pick<EngineEntry, 'engine' | 'takesThreads' | 'takesGraphOptimization' | 'precisions' | 'library'> => ({
  engine: ({ precision = 'float32', threads, graphOptimization } = {}) =>
    onnxEngine({
      provider,
      precision,
      ...(threads === undefined ? {} : { threads }),
      ...(graphOptimization === undefined ? {} : { graphOptimization }),
    }),
  takesThreads: true,
  takesGraphOptimization: true,
  precisions: precisionsOf[provider],
  library: 'onnxruntime-node',
})

const onTensorFlow = (
  backend: Backend,
): Pick<EngineEntry, 'engine' | 'takesThreads' | 'takesGraphOptimization' | 'precisions'> => ({
  engine: () => tfjsEngine(backend),
  takesThreads: false,
  takesGraphOptimization: false,
  precisions: ['float32'],
})

/** The engines, the slow ones last: a new one is an entry here. */
const entries = {
  'onnx-cuda': {
    ...onOnnxRuntime('cuda'),
    title: 'ONNX Runtime, CUDA provider',
    device: 'cuda',
  },
  'tfjs-node-gpu': {
    ...onTensorFlow('node-gpu'),
    title: 'TensorFlow.js, libtensorflow with CUDA',
    library: '@tensorflow/tfjs-node-gpu',
    device: 'cuda',
  },
  'onnx-webgpu': {
    ...onOnnxRuntime('webgpu'),
    title: 'ONNX Runtime, WebGPU provider',
    device: 'webgpu',
  },
  'tfjs-webgpu': {
    ...onTensorFlow('webgpu'),
    title: 'TensorFlow.js, WebGPU',
    library: '@tensorflow/tfjs-backend-webgpu',
    device: 'webgpu',
  },
  onnx: {
    ...onOnnxRuntime('cpu'),
    title: 'ONNX Runtime, CPU provider',
    device: 'processor',
  },
  'tfjs-node': {
    ...onTensorFlow('node'),
    title: 'TensorFlow.js, libtensorflow',
    library: '@tensorflow/tfjs-node',
    device: 'processor',
  },
  'tfjs-wasm': {
    ...onTensorFlow('wasm'),
    title: 'TensorFlow.js, WebAssembly',
    library: '@tensorflow/tfjs-backend-wasm',
    device: 'processor',
  },
  'tfjs-cpu': {
    ...onTensorFlow('cpu'),
    title: 'TensorFlow.js, JavaScript',
    library: '@tensorflow/tfjs-backend-cpu',
    device: 'processor',
  },
  reference: {
    engine: () => referenceEngine,
    takesThreads: false,
    takesGraphOptimization: false,
    precisions: ['float32'],
    title: 'float64, the meaning of every primitive',
    library: undefined,
    device: 'processor',
  },
} satisfies Readonly<Record<string, EngineEntry>>

export type EngineName = keyof typeof entries

export const catalogue: { readonly [N in EngineName]: EngineEntry } = entries

/** Names of engines, the slow ones last. */
export const engineNames = keysOf(catalogue)
