/** A training run: a formula, an optimizer, and a loop that is a value until `interpret` runs it. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TensorValue } from 'tensile'
import { add, input, mul, parameter } from 'tensile'
import { Effect, interpret, memoryWorld } from 'tensile/effects'
import { fit } from 'tensile/training'
import { programRejected, referenceEngine } from 'tensile/engines'
import { meanSquaredError } from 'tensile/losses'
import { adam, trainStep } from 'tensile/optimizers'

const floats = (shape: readonly number[], ...data: readonly number[]): TensorValue => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(data),
})

const [x, y] = [input('x', ['N']), input('y', ['N'])]
const line = add(mul(x, parameter('slope', [])), parameter('offset', []))
const loss = meanSquaredError(line, y)

const points = [0, 0.5, 1, 1.5, 2, 2.5]
const data = { x: floats([6], ...points), y: floats([6], ...points.map((point) => 3 * point - 1)) }

/** The slope and the offset of y = 3x - 1, found from six points. */
export const fitLine = pipe(
  TE.fromEither(trainStep({ loss }, adam({ learningRate: 0.1 }))),
  TE.mapLeft(programRejected('fitLine')),
  TE.chainW((step) =>
    interpret(
      fit({
        label: 'line',
        directory: 'runs/line',
        step,
        sizes: { N: points.length },
        weights: { slope: floats([], 0), offset: floats([], 0) },
        weightsFrom: 'zeros',
        steps: 300,
        batch: () => Effect.of(data),
        saveEvery: 100,
        start: 'new',
      }),
    )(memoryWorld({ engine: referenceEngine }).runtime),
  ),
  TE.map(({ slope, offset }) => ({ slope: slope?.data[0], offset: offset?.data[0] })),
)
