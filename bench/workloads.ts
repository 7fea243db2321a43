/** The work of each case, for this library and for the peers in Node. */
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program, Tensor } from '../src/dsl/index.js'
import { evaluate } from '../src/dsl/evaluate/evaluate.js'
import { add, gradient, input, linear, parameter, programOfNodes, sum, tanh } from '../src/dsl/index.js'
import type { Engine } from '../src/engines/engine.js'
import type { NamedValues } from '../src/values/named-values.js'
import type { EngineName } from '../src/engines/catalogue.js'
import { catalogue } from '../src/engines/catalogue.js'
import { packageVersion } from '../src/engines/trial/package-version.js'
import { explain } from '../src/effects/explain.js'
import type { TrainStep } from '../src/optimizers/index.js'
import type { StepSetting } from './ad-clip-step.js'
import { adClipInputs, adClipStep, drawnValues, officeHomeStep, stepSizes } from './ad-clip-step.js'
import { productName } from './cases.js'
import type { Run } from './compiled.js'
import { compiled, compiledProgram, say, threads, usualEngine, usualEngineName } from './compiled.js'
import { operationWorkloads } from './operation-workloads.js'
import { drawnValue, drawnWeight, repeatedLengths } from './drawn-data.js'
import type { Computation } from './programs.js'
import { computations, matrixProduct, matrixProducts, steps } from './programs.js'
import { pointNamed, settingOf } from './scaling-points.js'
import { stepWithinMemory } from './step-within-memory.js'

const computed = (computation: () => Computation, engine?: Engine) => {
  const { program, sizes, inputs } = computation()
  return compiledProgram(program, sizes, inputs, engine)
}

/** A step as the oracle computes it, in float64. */
const evaluatedStep = (setting: StepSetting): Promise<E.Either<string, Run>> =>
  Promise.resolve(
    pipe(
      adClipStep(setting),
      E.bimap(say, (built): Run => {
        const sizes = stepSizes(setting)
        const values = { ...drawnValues(built, sizes), ...adClipInputs(setting) }
        return () => {
          const outcome = evaluate(built.program, values, sizes)
          return Promise.resolve(E.isLeft(outcome) ? say(outcome.left) : undefined)
        }
      }),
    ),
  )

const step = (setting: StepSetting) =>
  pipe(
    TE.fromEither(E.mapLeft(say)(adClipStep(setting))),
    TE.chain((built) => () => {
      const sizes = stepSizes(setting)
      return compiled(built, sizes, adClipInputs(setting), drawnValues(built, sizes))
    }),
  )()

/** From building the program to a session that is ready, without its first run. Weights are drawn before. */
const timeToSession = async (): Promise<E.Either<string, Run>> => {
  const setting = officeHomeStep(4, false)
  const sizes = stepSizes(setting)
  const drawn = E.bimap(say, (built: TrainStep) => drawnValues(built, sizes))(adClipStep(setting))
  if (E.isLeft(drawn)) return drawn
  return E.right(async () => {
    const built = adClipStep(setting)
    if (E.isLeft(built)) return say(built.left)
    const ready = await compiled(built.right, sizes, {}, drawn.right)
    return E.isLeft(ready) ? ready.left : undefined
  })
}

/** For i < 10,000: y = tanh(y + x); with the gradient, 60,000 nodes. The name of `x` makes each chain a new one. */
const chainWithGradient = (name: string): E.Either<string, Program> => {
  const x = input(name, ['N'])
  const end = Array.from({ length: 10_000 }).reduce<Tensor<['N']>>((y) => tanh(add(y, x)), x)
  return E.mapLeft(say)(programOfNodes({ slope: gradient(sum(end), x).node }))
}

/** Builds, differentiates, lowers and starts the chain; nothing is kept from one run to the next. */
const lowering = (): Promise<E.Either<string, Run>> => {
  let runs = 0
  return Promise.resolve(
    E.right(async () => {
      runs += 1
      const ready = await compiledProgram(chainWithGradient(`x${runs}`), { N: 8 }, {})
      return E.isLeft(ready) ? ready.left : undefined
    }),
  )
}

const gibibyte = 2 ** 30

/** A step that is planned for 8 GiB; every run makes its sessions, too. */
const stepWithin8GiB = (setting: StepSetting): Promise<E.Either<string, Run>> =>
  Promise.resolve(
    pipe(
      stepWithinMemory(setting, 8 * gibibyte, usualEngine()),
      E.bimap(explain, (take): Run => async () => {
        const outcome = await take()
        return E.isLeft(outcome) ? explain(outcome.left) : undefined
      }),
    ),
  )

const tinyInputs: NamedValues = { x: drawnValue([1, 4], 1) }
const tinyProgram = () => programOfNodes({ y: linear(input('x', [1, 4]), parameter('w', [2, 4])).node })
const tinyRuns = 1000

const repeated =
  (run: Run): Run =>
  async () => {
    for (let i = 0; i < tinyRuns; i += 1) {
      const failure = await run()
      if (failure !== undefined) return failure
    }
    return undefined
  }

const tiny = async (): Promise<E.Either<string, Run>> =>
  E.map(repeated)(await compiledProgram(tinyProgram(), {}, tinyInputs))

const ours: Readonly<Record<string, () => Promise<E.Either<string, Run>>>> = {
  ...R.map((computation: () => Computation) => () => computed(computation))(computations),
  ...R.map((setting: StepSetting) => () => step(setting))(steps),
  'AD-CLIP step, ViT-B/16, 65 classes, 16 + 16 images, kept features, planned for 8 GiB': () =>
    stepWithin8GiB(officeHomeStep(16, true)),
  'AD-CLIP step, ViT-B/16, 345 classes, 32 + 32 images, kept features, planned for 8 GiB': () =>
    stepWithin8GiB({ ...officeHomeStep(32, true), endings: repeatedLengths(345) }),
  'time to a session, AD-CLIP step, ViT-B/16': timeToSession,
  'lowering: a chain of 10,000 operations with its gradient, from nothing to a session': lowering,
  'run of a tiny program, 1000 times': tiny,
  ...operationWorkloads.tensile,
}

/** The engine's own call of the same model: the difference is what this library adds. */
const onnxRuntimeTiny = async (): Promise<E.Either<string, Run>> => {
  const { toOnnx } = await import('../src/engines/onnx/to-onnx.js')
  const runtime = await import('onnxruntime-node')
  const model = pipe(
    tinyProgram(),
    E.mapLeft(say),
    E.chain((whole) =>
      E.mapLeft(explain)(toOnnx(whole, { sizes: {}, weights: { w: drawnWeight('w', [2, 4], 'f32', 1) } })),
    ),
  )
  if (E.isLeft(model)) return model
  const session = await runtime.InferenceSession.create(model.right, { intraOpNumThreads: threads })
  const x = new runtime.Tensor('float32', new Float32Array(4), [1, 4])
  return E.right(
    repeated(async () => {
      await session.run({ x })
      return undefined
    }),
  )
}

const peers: Readonly<Record<string, Readonly<Record<string, () => Promise<E.Either<string, Run>>>>>> = {
  tensile: ours,
  'tfjs-wasm': { [productName]: () => computed(matrixProduct, catalogue['tfjs-wasm'].engine()) },
  'tfjs-node': { [productName]: () => computed(matrixProduct, catalogue['tfjs-node'].engine()) },
  onnxruntime: { 'run of a tiny program, 1000 times': onnxRuntimeTiny, ...operationWorkloads.onnxruntime },
  'tensile, a GELU': operationWorkloads.gelu,
}

/** Peers that compute with an engine of their own. */
const enginesOfPeers: Readonly<Record<string, EngineName>> = {
  'tfjs-wasm': 'tfjs-wasm',
  'tfjs-node': 'tfjs-node',
  'tensile, the reference': 'reference',
}

/** What computes for a peer in Node, with its version. */
export const aboutPeer = (peer: string): string => {
  const { title, library = 'tensile' } = catalogue[enginesOfPeers[peer] ?? usualEngineName()]
  return [title, O.toUndefined(packageVersion(library))].join(' ').trim()
}

/** The work of a peer in a case, ready to run; or why it cannot take part. */
export const workload = (peer: string, caseName: string): Promise<E.Either<string, Run>> => {
  // The same in every case.
  if (peer === 'tensile, matrix products') return computed(matrixProducts)
  const take = peer === 'tensile' ? step : peer === 'tensile, the reference' ? evaluatedStep : undefined
  const point = pointNamed(caseName)
  const prepare =
    point === undefined || take === undefined ? peers[peer]?.[caseName] : () => take(settingOf(point))
  return prepare === undefined
    ? Promise.resolve(E.left(`${peer} is not installed here, or has no part in this case`))
    : prepare()
}
