/** Loads TensorFlow.js and a backend. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import type { EngineFailed } from '../failure.js'
import type { Backend } from './backend.js'
import { backends, core, installCommand } from './backend.js'
import { engineName, thrown } from './failed.js'
import type { TensorFlow } from './tensor.js'

/** The exports of the package `webgpu`: a factory of `navigator.gpu`, and the global constants of WebGPU. */
const WebGpu = t.type({ create: t.Function, globals: t.UnknownRecord })

/** Gives Node the globals of a browser with WebGPU, which the backend expects. Once only: devices die with the factory that made them. */
const provideWebGpu = async (specifier: string): Promise<void> => {
  const present: unknown = Reflect.get(globalThis, 'navigator')
  const navigator = typeof present === 'object' && present !== null ? present : {}
  if ('gpu' in navigator) return
  const loaded: unknown = await import(specifier)
  if (!WebGpu.is(loaded)) throw new Error(`the package '${specifier}' has no 'create' and 'globals'`)
  Object.assign(globalThis, loaded.globals)
  const gpu: unknown = loaded.create([])
  Object.defineProperty(navigator, 'gpu', { value: gpu })
  if (navigator !== present) Object.defineProperty(globalThis, 'navigator', { value: navigator })
}

const { resolve } = createRequire(import.meta.url)

/**
 * What to import for a package; undefined if it is not installed. It is looked for in the folders of `NODE_PATH`, too, unlike
 * what `import` alone does. A package that `require` cannot load is imported by its name.
 */
const installed = (specifier: string): string | undefined =>
  pipe(
    E.tryCatch(
      () => pathToFileURL(resolve(specifier)).href,
      (cause) => cause,
    ),
    E.getOrElse((cause) =>
      cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND' ? undefined : specifier,
    ),
  )

const tensorFlow = async (): Promise<TensorFlow> => {
  const tf = await import('@tensorflow/tfjs-core')
  // Without this it, and the packages of backends, print advertisements and warnings, and repeat checks that were made before.
  tf.enableProdMode()
  return tf
}

const importFrom = (backend: Backend, specifier: string, address: string): Promise<unknown> => {
  if (specifier === 'webgpu') return provideWebGpu(address)
  if (specifier === core) return tensorFlow()
  // libtensorflow otherwise describes the processor on standard error.
  if (backend === 'node' || backend === 'node-gpu') process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'
  return import(address)
}

const importPackage = (backend: Backend, specifier: string): TE.TaskEither<EngineFailed, unknown> => {
  const found = installed(specifier)
  return found !== undefined
    ? TE.tryCatch(
        () => importFrom(backend, specifier, found),
        (cause) => ({
          ...thrown(backend, 'load')(cause),
          advice: `note: ${backends[backend].known}`,
        }),
      )
    : TE.left({
        tag: 'EngineFailed',
        engine: engineName(backend),
        stage: 'load',
        reason: `the package '${specifier}' is not installed`,
        advice: `${installCommand(backend)} (${backends[backend].known})`,
      })
}

/** Errors that a WebGPU device reports later than the call that caused them, which then has a wrong result. */
const deviceErrors: string[] = []

const Device = t.type({ device: t.type({ addEventListener: t.Function }) })
const DeviceError = t.type({ error: t.type({ message: t.string }) })
const watched = new WeakSet<object>()

/** Collects the errors that the device of a backend reports, if it has a device. */
const watchDevice = (backend: unknown): void => {
  if (!Device.is(backend) || watched.has(backend.device)) return
  watched.add(backend.device)
  backend.device.addEventListener('uncapturederror', (event: unknown) => {
    if (DeviceError.is(event)) deviceErrors.push(event.error.message)
  })
}

/** The first error reported since the last call. */
export const takeDeviceError = (): string | undefined => {
  const [first] = deviceErrors
  deviceErrors.length = 0
  return first
}

/** Makes the library compute on this backend. Fails if the backend does not start. */
export const selectBackend = (tf: TensorFlow, backend: Backend): TE.TaskEither<EngineFailed, TensorFlow> =>
  pipe(
    TE.tryCatch(() => tf.setBackend(backends[backend].registered), thrown(backend, 'load')),
    TE.filterOrElse(
      (done) => done,
      (): EngineFailed => ({
        tag: 'EngineFailed',
        engine: engineName(backend),
        stage: 'load',
        reason: 'the backend does not start on this machine',
        advice: `note: ${backends[backend].known}`,
      }),
    ),
    TE.map(() => {
      watchDevice(tf.backend())
      return tf
    }),
  )

/** The library with a backend selected. Fails if a package is missing or does not work on this machine. */
export const load = (backend: Backend): TE.TaskEither<EngineFailed, TensorFlow> =>
  pipe(
    TE.fromEither(usable(backend)),
    TE.chain(() =>
      TE.traverseSeqArray((specifier: string) => importPackage(backend, specifier))(
        backends[backend].packages,
      ),
    ),
    TE.chain(() => TE.tryCatch(tensorFlow, thrown(backend, 'load'))),
    TE.chain((tf) => selectBackend(tf, backend)),
  )

const usable = (backend: Backend): E.Either<EngineFailed, void> => {
  const reason = backends[backend].refuses(Number(process.versions.node.split('.')[0]))
  return reason === undefined
    ? E.right(undefined)
    : E.left({
        tag: 'EngineFailed',
        engine: engineName(backend),
        stage: 'load',
        reason,
        advice: 'use Node 22, or another engine',
      })
}
