/** Loading TensorFlow.js and a backend of it, when it is first asked for. */
import { createRequire } from 'node:module'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import type { EngineFailed } from '../failure.js'
import type { Backend } from './backend.js'
import { backends, installCommand } from './backend.js'
import { engineName, thrown } from './failed.js'
import type { TensorFlow } from './tensor.js'

/** What the package `webgpu` gives: a factory of what browsers call `navigator.gpu`, and the constants beside it. */
const WebGpu = t.type({ create: t.Function, globals: t.UnknownRecord })

/** Makes Node look like a browser with WebGPU, as the backend expects it; once, since devices die with what made them. */
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

/** Whether a package is there: found, or found and not made for `require`. */
const isInstalled = (specifier: string): boolean =>
  pipe(
    E.tryCatch(
      () => resolve(specifier),
      (cause) => cause,
    ),
    E.fold(
      (cause) => !(cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND'),
      () => true,
    ),
  )

const importPackage = (backend: Backend, specifier: string): TE.TaskEither<EngineFailed, unknown> =>
  isInstalled(specifier)
    ? TE.tryCatch(
        () => (specifier === 'webgpu' ? provideWebGpu(specifier) : import(specifier)),
        (cause) => ({
          ...thrown(backend, 'load')(cause),
          advice: `what is known of it: ${backends[backend].known}`,
        }),
      )
    : TE.left({
        tag: 'EngineFailed',
        engine: engineName(backend),
        stage: 'load',
        reason: `the package '${specifier}' is not installed`,
        advice: `${installCommand(backend)} (${backends[backend].known})`,
      })

const tensorFlow = async (): Promise<TensorFlow> => {
  const tf = await import('@tensorflow/tfjs-core')
  // Otherwise it advertises its other packages, and checks what was checked before.
  tf.enableProdMode()
  return tf
}

/** What a WebGPU device reports when it is too late for whoever caused it: a result that is wrong, not missing. */
const deviceErrors: string[] = []

const Device = t.type({ device: t.type({ addEventListener: t.Function }) })
const DeviceError = t.type({ error: t.type({ message: t.string }) })
const watched = new WeakSet<object>()

/** Listens to what the device of a backend reports, if it has one. */
const watchDevice = (backend: unknown): void => {
  if (!Device.is(backend) || watched.has(backend.device)) return
  watched.add(backend.device)
  backend.device.addEventListener('uncapturederror', (event: unknown) => {
    if (DeviceError.is(event)) deviceErrors.push(event.error.message)
  })
}

/** The first error since this was asked last. */
export const takeDeviceError = (): string | undefined => {
  const [first] = deviceErrors
  deviceErrors.length = 0
  return first
}

/** The library computes on one backend at a time: this one, from now on. */
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
        advice: `what is known of it: ${backends[backend].known}`,
      }),
    ),
    TE.map(() => {
      watchDevice(tf.backend())
      return tf
    }),
  )

/** The library with a backend selected. Fails where a package is missing, or does not work here. */
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
