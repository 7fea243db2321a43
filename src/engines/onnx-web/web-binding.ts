/** The package `onnxruntime-web`: ONNX Runtime in WebAssembly, with a provider for WebGPU. */
import type { InferenceSession } from 'onnxruntime-node'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { EngineFailed } from '../failure.js'
import { oneAtATime } from '../one-at-a-time.js'
import type { Binding } from '../onnx/binding.js'
import type { OnnxRuntime } from '../onnx/buffer.js'
import type { Model } from '../onnx/model.js'
import { dialectOf } from '../onnx/provider.js'
import { failed, optimizationLevel } from '../onnx/session.js'
import type { WebProvider, WebSettings } from './settings.js'

type WebModule = typeof import('onnxruntime-web')

/** The smaller build has no WebGPU. Each build has an instance of its own. */
const modules: { readonly [P in WebProvider]: () => Promise<WebModule> } = {
  wasm: () => import('onnxruntime-web/wasm'),
  webgpu: () => import('onnxruntime-web/webgpu'),
}

const global = (name: string): unknown => Reflect.get(globalThis, name)

/** The number of processors, where a browser says it. */
const processors = (): number => {
  const navigator = global('navigator')
  const count: unknown =
    typeof navigator === 'object' && navigator !== null
      ? Reflect.get(navigator, 'hardwareConcurrency')
      : undefined
  return typeof count === 'number' ? count : 1
}

/** WebAssembly has threads only where memory may be shared: in isolated pages, and in Node, where nothing is isolated. */
const threadsFor = (wanted: number | undefined): number => {
  const isolated = global('crossOriginIsolated')
  if (isolated === true) return wanted ?? processors()
  return isolated === false ? 1 : (wanted ?? 1)
}

/** What an instance was started with, which is fixed from then on. */
interface Start {
  readonly threads: number
  readonly files: string | undefined
}

const started = new Map<WebProvider, Start>()

const sameStart = (a: Start, b: Start): boolean => a.threads === b.threads && a.files === b.files

/** Loads a build. Its threads and files are those of the first engine: another one that wants others is refused. */
const loaded = ({ provider, threads, files }: WebSettings): TE.TaskEither<EngineFailed, OnnxRuntime> => {
  const wanted: Start = { threads: threadsFor(threads), files }
  return pipe(
    TE.tryCatch(
      modules[provider],
      failed(
        engineName,
        'load',
        () => 'it is in an optional peer package: npm install onnxruntime-web; in a page, see `files`, too',
      ),
    ),
    TE.filterOrElse(
      () => sameStart(started.get(provider) ?? wanted, wanted),
      (): EngineFailed => ({
        tag: 'EngineFailed',
        engine: engineName,
        stage: 'load',
        reason: `ONNX Runtime was started with ${started.get(provider)?.threads} threads and files from ${started.get(provider)?.files ?? 'its own folder'}; this engine wants ${wanted.threads} and ${files ?? 'its own folder'}`,
        advice: 'give all engines of a page or worker the same threads and files, or use another worker',
      }),
    ),
    TE.tapIO(({ env }) => () => {
      if (started.has(provider)) return
      started.set(provider, wanted)
      env.logLevel = 'fatal'
      env.wasm.numThreads = wanted.threads
      if (files !== undefined) env.wasm.wasmPaths = files
    }),
  )
}

const engineName = 'onnx-web'

const options =
  (provider: WebProvider) =>
  (model: Model): InferenceSession.SessionOptions => ({
    executionProviders: [provider],
    graphOptimizationLevel: optimizationLevel(model, provider === 'wasm'),
    enableMemPattern: false,
    enableCpuMemArena: true,
    // A thread that waits by spinning takes its processor from the page.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })

const advice: { readonly [P in WebProvider]: string } = {
  wasm: "its .mjs and .wasm files must be served where `files` says; or use the engine 'reference'",
  webgpu: "it needs a browser with WebGPU and a graphics driver; or use the provider 'wasm'",
}

/** An instance of WebAssembly does one thing at a time. */
const turns: { readonly [P in WebProvider]: ReturnType<Binding['turns']> } = {
  wasm: oneAtATime(),
  webgpu: oneAtATime(),
}

/** `onnxruntime-web` with a provider. It ignores tensors for results and gives new ones. */
export const webBinding = (settings: WebSettings): Binding => ({
  engine: engineName,
  load: loaded(settings),
  dialect: dialectOf(settings.provider === 'wasm' ? 'cpu' : 'webgpu', 'float32'),
  options: options(settings.provider),
  fillsTensors: false,
  keepsTensors: settings.provider === 'webgpu',
  download: 'by tensor',
  turns: () => turns[settings.provider],
  advice: advice[settings.provider],
})
