/** A small program of the common operations, with its gradients, to find out whether an engine works. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as b from '../../dsl/builder.js'
import { evaluate } from '../../dsl/evaluate/evaluate.js'
import type { Node } from '../../dsl/primitives/primitive.js'
import type { Program } from '../../dsl/program.js'
import { programOfNodes } from '../../dsl/program.js'
import { normal } from '../../values/random-key.js'
import { gradientNodes } from '../../dsl/transformations/reverse-mode.js'
import type { TensorValue } from '../../values/value.js'
import { elementCount } from '../../values/value.js'
import type { Engine } from '../engine.js'
import type { NamedValues } from '../../values/named-values.js'
import type { EngineFailure } from '../failure.js'
import { programRejected } from '../failure.js'
import { largest } from '../../values/extremes.js'

/** Numbers as they come, the same for the same seed. */
export const normalTensor = (shape: readonly number[], seed: number): TensorValue => ({
  dtype: 'f32',
  shape,
  data: normal([seed, 0], elementCount(shape)),
})

const [images, kernels, table, w] = [
  b.input('images', [2, 3, 6, 6]),
  b.parameter('kernels', [4, 3, 3, 3]),
  b.parameter('table', [7, 16]),
  b.parameter('w', [16, 5]),
]

/** A convolution, a lookup, a layer normalisation, a product, a softmax, and the gradients of all weights. */
const outputs = (): Readonly<Record<string, Node>> => {
  const seen = b.gelu(
    b.conv2d(images, kernels, {
      stride: [2, 2],
      padding: [
        [1, 1],
        [1, 1],
      ],
      dilation: [1, 1],
      inputDilation: [1, 1],
    }),
  )
  const features = b.add(
    b.reshape(b.mean(seen, [3]), [2, 12]),
    b.slice(b.gather(table, b.input('ids', [2], 'i32'), 0), 1, 0, 12),
  )
  const normalised = b.layerNorm(b.padTo(features, 1, 2, 16), b.full([16], 1), b.full([16], 0), 1e-5)
  const scores = b.logSoftmax(b.matmul(normalised, w), 1)
  const loss = b.neg(b.mean(b.max(scores, [1]), [0]))
  const gradients = gradientNodes(loss, [kernels, table, w])
  return {
    loss,
    ...Object.fromEntries(gradients.map((gradient, i) => [`gradient ${i}`, gradient])),
  }
}

const inputs: NamedValues = {
  images: normalTensor([2, 3, 6, 6], 1),
  ids: { dtype: 'i32', shape: [2], data: Int32Array.of(5, 2) },
}
const weights: NamedValues = {
  kernels: normalTensor([4, 3, 3, 3], 2),
  table: normalTensor([7, 16], 3),
  w: normalTensor([16, 5], 4),
}

/** The largest difference between two results; Infinity if they have not the same elements. */
const difference = (found: NamedValues, expected: NamedValues): number =>
  largest(
    Object.entries(expected).flatMap(([name, { data }]) => {
      const other = found[name]?.data
      return other === undefined || other.length !== data.length
        ? [Infinity]
        : Array.from(data, (value, i) => Math.abs(value - (other[i] ?? Number.NaN)))
    }),
  )

const rejected = programRejected('trial')

/** The largest difference that rounding to float32 may make here. */
const tolerance = 1e-4

/** Runs the program once. Fails as the engine does, or if its results differ from the oracle's by more than 1e-4. */
export const runSmallProgram = (engine: Engine): TE.TaskEither<EngineFailure, void> =>
  pipe(
    TE.Do,
    TE.bind('program', () => TE.fromEither(E.mapLeft(rejected)(programOfNodes(outputs())))),
    TE.bind('expected', ({ program }) =>
      TE.fromEither(E.mapLeft(rejected)(evaluate(program, { ...inputs, ...weights }))),
    ),
    TE.bindW('found', ({ program }) => runOnce(engine, program)),
    TE.chainW(({ expected, found }) => {
      const apart = difference(found, expected)
      return apart <= tolerance
        ? TE.right(undefined)
        : TE.left<EngineFailure>({
            tag: 'EngineFailed',
            engine: engine.name,
            stage: 'run',
            reason: `its results are off by ${apart.toExponential(1)} where ${tolerance} is allowed`,
            advice: 'do not use it on this machine',
          })
    }),
  )

const runOnce = (engine: Engine, program: Program): TE.TaskEither<EngineFailure, NamedValues> =>
  pipe(
    engine.compile(program, { sizes: {}, weights, state: [] }),
    TE.chain((executable) =>
      pipe(
        executable.run(inputs),
        TE.chainFirst(() => executable.dispose()),
      ),
    ),
  )
