/** Measures an engine, in a worker of its own: what one engine has started does not help the next. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { dim, input, matmul, program, randomKey, relu } from 'tensile'
import type { TensorValue } from 'tensile'
import { answerPage, explain, interpret, webRuntime } from 'tensile/effects/web'
import { onnxWebEngine } from 'tensile/engines/onnx-web'
import { crossEntropy } from 'tensile/losses'
import { heNormal, initialise, linearLayer, zeros } from 'tensile/model'
import { adam } from 'tensile/optimizers'
import { trainingRun } from 'tensile/training'
import type { Engine } from '../../../dist/engines/engine.js'
import { programRejected } from '../../../dist/engines/failure.js'
import { referenceEngine } from '../../../dist/engines/reference/engine.js'
import type { Figures, MeteredEngine } from './messages.js'
import { meteredEngines } from './messages.js'

const files = new URL('onnxruntime/', self.location.href).href

const engines: Readonly<Record<MeteredEngine, () => Engine>> = {
  reference: () => referenceEngine,
  'one-thread': () => onnxWebEngine({ files, threads: 1 }),
  threads: () => onnxWebEngine({ files }),
  webgpu: () => onnxWebEngine({ files, provider: 'webgpu' }),
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const key = randomKey.keyFromSeed(0)
const drawn = (...shape: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(
    randomKey.normal(
      key,
      shape.reduce((count, size) => count * size, 1),
    ),
  ),
})

const step = async (engine: Engine): Promise<number> => {
  const hidden = relu(linearLayer('hidden', dim(64), dim(256))(input('x', ['B', 64])))
  const loss = crossEntropy(linearLayer('output', dim(256), dim(10))(hidden), input('labels', ['B'], 'i32'))
  const batch = {
    x: drawn(128, 64),
    labels: { dtype: 'i32', shape: [128], data: Int32Array.from({ length: 128 }, (_, i) => i % 10) },
  } as const
  const times: number[] = []
  const training = trainingRun({
    objective: { loss },
    optimizer: adam({ learningRate: 1e-3 }),
    weights: initialise(loss, key, { default: heNormal, rules: [[/bias$/, zeros]] }),
    batches: () => batch,
    steps: 25,
  })
  const terminal = {
    printLine: () => undefined,
    reportProgress: () => void times.push(performance.now()),
    stop: new AbortController().signal,
  }
  const ended = await interpret(training)(webRuntime(engine, terminal))()
  if (E.isLeft(ended)) throw new Error(explain(ended.left))
  return median(
    times
      .slice(1)
      .map((time, i) => time - (times[i] ?? time))
      .slice(4),
  )
}

const product = async (engine: Engine): Promise<number> => {
  const [a, b] = [input('a', [256, 256]), input('b', [256, 256])]
  const given = { a: drawn(256, 256), b: drawn(256, 256) }
  const measured = await pipe(
    program({ a, b }, { product: matmul(a, b) }),
    E.mapLeft(programRejected('a product')),
    TE.fromEither,
    TE.chainW((of) => engine.compile(of, { sizes: {}, weights: {}, state: [] })),
    TE.chainW(({ run, dispose }) =>
      pipe(
        Array.from({ length: 12 }, () =>
          pipe(
            TE.fromIO(() => performance.now()),
            TE.chain((begun) =>
              pipe(
                run(given),
                TE.map(() => performance.now() - begun),
              ),
            ),
          ),
        ),
        TE.sequenceSeqArray,
        TE.chainFirst(dispose),
      ),
    ),
  )()
  if (E.isLeft(measured)) throw new Error(explain(measured.left))
  return median(measured.right.slice(3))
}

answerPage(async (given): Promise<Figures> => {
  const found = meteredEngines.find(({ name }) => name === given)
  if (found === undefined) throw new Error('no such engine')
  const engine = engines[found.name]()
  return { step: await step(engine), product: await product(engine) }
})
