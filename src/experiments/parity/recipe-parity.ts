/** Comparing random crops, learning rates and training steps with those of the released recipe. */
import { join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { evaluate, input, linear, parameter, program, sized } from '../../dsl/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { placeView, randomResizedCrop } from '../../effects/image-view.js'
import { decodeAllImages } from '../../effects/operations.js'
import { programRejected } from '../../engines/failure.js'
import { crossEntropy } from '../../losses/index.js'
import type { TrainStep } from '../../optimizers/index.js'
import { namedOptimizers, trainStep } from '../../optimizers/index.js'
import { fit } from '../../training/fit.js'
import { checkTensor } from '../../training/weights.js'
import { foldIn, keyFromSeed } from '../../values/random-key.js'
import { pickRows } from '../../values/rows.js'
import { meanOf } from '../../values/mean.js'
import type { TensorValue } from '../../values/value.js'
import { learningRate } from '../adaptation/learning-rate.js'
import type { ParityRow } from './comparison.js'
import { compareNumbers } from './comparison.js'
import type { RecipeFixture, RecipeTraining } from './recipe-fixture.js'
import { expectedPath } from './recipe-fixture.js'

const exact = { relative: 0, absolute: 0 }
const pixelTolerance = { relative: 0, absolute: 1e-6 }
const rateTolerance = { relative: 1e-6, absolute: 0 }
const weightTolerance = { relative: 1e-5, absolute: 0 }

/** Standard errors by which the mean of many draws may differ from another's. */
const standardErrors = 5

type Views = RecipeFixture['configuration']['crops']['views']
type Draws = RecipeFixture['configuration']['crops']['draws'][number]

const viewOf = ({ tries, x, y, flip }: Views[number]) => ({ tag: 'ResizedCrop', tries, x, y, flip }) as const

const sides = ['left', 'top', 'width', 'height'] as const

/** The region of each crop, in whole pixels. */
const regionRows = ({ configuration: { crops } }: RecipeFixture): readonly ParityRow[] =>
  crops.views.map((view, i) => {
    const { from } = placeView(viewOf(view), view.size.width, view.size.height, crops.resolution)
    const numbers = (region: typeof from): readonly number[] => sides.map((side) => region[side])
    return compareNumbers(
      `crop ${i + 1} of ${view.image}: region`,
      numbers(from),
      numbers(view.region),
      exact,
    )
  })

/** A tensor of the fixture, of a shape that must be its own. */
const expectedTensor = (
  { expected, directory }: RecipeFixture,
  name: string,
  shape: readonly number[],
  dtype: 'f32' | 'i32' = 'f32',
): E.Either<Failure, TensorValue> =>
  checkTensor(expected, expectedPath(directory), { name, shape: [...shape], dtype })

/** The normalised pixels of each crop. */
const pixelRows = (fixture: RecipeFixture): Effect.Effect<readonly ParityRow[]> => {
  const { views, ...transform } = fixture.configuration.crops
  const { resolution } = transform
  const length = 3 * resolution * resolution
  return pipe(
    Effect.Do,
    Effect.bindEither('expected', () =>
      expectedTensor(fixture, 'crops', [views.length, 3, resolution, resolution]),
    ),
    Effect.bind('decoded', () =>
      decodeAllImages(
        views.map((view) => ({ path: join(fixture.directory, view.image), view: viewOf(view) })),
        transform,
      ),
    ),
    Effect.map(({ expected, decoded }) =>
      views.map((view, i) => {
        const own = ({ data }: TensorValue) => data.subarray(i * length, (i + 1) * length)
        const name = `crop ${i + 1} of ${view.image}: pixels`
        return compareNumbers(name, own(decoded), own(expected), pixelTolerance)
      }),
    ),
  )
}

/** Mean places and sides of as many crops that are drawn here. */
const drawRows = ({ size: { width, height }, count, figures }: Draws): readonly ParityRow[] => {
  const regions = Array.from(
    { length: count },
    (_, i) => placeView(randomResizedCrop(foldIn(keyFromSeed(1), i)), width, height, 1).from,
  )
  return sides.flatMap((side) => {
    const { mean, deviation } = figures[side]
    const values = regions.map((region) => region[side])
    const own = meanOf(values)
    const spread = Math.sqrt(meanOf(values.map((value) => (value - own) ** 2)))
    const absolute = standardErrors * deviation * Math.sqrt(2 / count)
    const name = `${side} of ${count} crops of ${width} x ${height}`
    return [
      compareNumbers(`${name}: mean`, [own], [mean], { relative: 0, absolute }),
      compareNumbers(`${name}: deviation`, [spread], [deviation], { relative: 0, absolute }),
    ]
  })
}

/** The learning rates of a training, step by step. */
const rateRow = (directory: string, training: RecipeTraining): E.Either<Failure, ParityRow> =>
  pipe(
    program(
      { step: input('step', []) },
      { rate: learningRate(training, training.stepsPerEpoch)(input('step', [])) },
    ),
    E.chainW((schedule) =>
      pipe(
        [...training.rates.keys()],
        E.traverseArray((step) =>
          evaluate(schedule, { step: { dtype: 'f32', shape: [], data: Float32Array.of(step) } }),
        ),
      ),
    ),
    E.bimap(programRejected(directory), (given) =>
      compareNumbers(
        `${training.name}: rates of ${training.rates.length} steps`,
        given.map(({ rate }) => rate.data[0] ?? Number.NaN),
        training.rates,
        rateTolerance,
      ),
    ),
  )

/** A step of a linear classifier. */
const classifierStep = (
  directory: string,
  training: RecipeTraining,
  classes: number,
  features: number,
): E.Either<Failure, TrainStep> => {
  const wide = sized('F', features)
  const logits = linear(input('x', ['B', wide]), parameter('weight', [sized('K', classes), wide]))
  const { optimizer, weightDecay, stepsPerEpoch } = training
  return pipe(
    trainStep(
      { loss: crossEntropy(logits, input('labels', ['B'], 'i32')) },
      namedOptimizers[optimizer]({ learningRate: learningRate(training, stepsPerEpoch), weightDecay }),
    ),
    E.mapLeft(programRejected(directory)),
  )
}

/** Row `step` of a table of batches. */
const batchOf = (table: TensorValue, step: number): TensorValue => {
  const row = pickRows(table, [step])
  return { ...row, shape: row.shape.slice(1) }
}

/** The weights after the steps of a training. */
const weightRow = (
  fixture: RecipeFixture,
  training: RecipeTraining,
  number: number,
): Effect.Effect<ParityRow> => {
  const { directory, expected } = fixture
  const { steps } = training
  const named = (name: string): string => `training.${number}.${name}`
  const [classes = 0, features = 0] = expected[named('first')]?.shape ?? []
  const [, batch = 0] = expected[named('labels')]?.shape ?? []
  return pipe(
    Effect.Do,
    Effect.bindEither('x', () => expectedTensor(fixture, named('x'), [steps, batch, features])),
    Effect.bindEither('labels', () => expectedTensor(fixture, named('labels'), [steps, batch], 'i32')),
    Effect.bindEither('first', () => expectedTensor(fixture, named('first'), [classes, features])),
    Effect.bindEither('last', () => expectedTensor(fixture, named('last'), [classes, features])),
    Effect.bindEither('step', () => classifierStep(directory, training, classes, features)),
    Effect.bind('state', ({ step, x, labels, first }) =>
      fit({
        label: training.name,
        step,
        sizes: { B: batch },
        weights: { weight: first },
        weightsFrom: expectedPath(directory),
        steps,
        batch: (index) => Effect.of({ x: batchOf(x, index), labels: batchOf(labels, index) }),
        saveEvery: steps,
        start: 'new',
      }),
    ),
    Effect.map(({ state, last }) =>
      compareNumbers(
        `${training.name}: weights after ${steps} steps`,
        state['weight']?.data ?? [],
        last.data,
        weightTolerance,
      ),
    ),
  )
}

/** Compares all that a fixture of the recipe holds: one row for each. */
export const recipeRows = (fixture: RecipeFixture): Effect.Effect<readonly ParityRow[]> => {
  const { directory, configuration } = fixture
  return pipe(
    Effect.Do,
    Effect.bind('pixels', () => pixelRows(fixture)),
    Effect.bindEither('rates', () =>
      pipe(
        configuration.trainings,
        E.traverseArray((training) => rateRow(directory, training)),
      ),
    ),
    Effect.bind('weights', () =>
      pipe(
        configuration.trainings,
        Effect.traverseArrayWithIndex((number, training) => weightRow(fixture, training, number)),
      ),
    ),
    Effect.map(({ pixels, rates, weights }) => [
      ...regionRows(fixture),
      ...pixels,
      ...configuration.crops.draws.flatMap(drawRows),
      ...rates,
      ...weights,
    ]),
  )
}
