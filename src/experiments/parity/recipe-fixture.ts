/** A parity fixture of the training recipe: random crops of images, learning rates, and a trained linear classifier. */
import { join } from '../../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { literals } from '../../dsl/documents/literals.js'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import * as Effect from '../../effects/effect.js'
import { readJson } from '../../effects/text-file.js'
import { readSafetensors } from '../../formats/safetensors/file.js'
import { trainingSchedules } from '../../methods/index.js'
import { optimizerName } from '../../optimizers/index.js'
import type { NamedValues } from '../../values/named-values.js'

const size = t.type({ width: positiveInteger, height: positiveInteger })
const colours = t.tuple([t.number, t.number, t.number])
const spread = t.type({ mean: t.number, deviation: t.number })

const crops = t.type({
  resolution: positiveInteger,
  mean: colours,
  deviation: colours,
  /** Crops with what was drawn for them, and the region of the image that follows from it. */
  views: t.array(
    t.type({
      image: t.string,
      size,
      tries: t.array(t.type({ area: t.number, aspect: t.number })),
      x: t.number,
      y: t.number,
      flip: t.boolean,
      region: t.type({ left: t.number, top: t.number, width: t.number, height: t.number }),
    }),
  ),
  /** Places and sides of many crops of an image of a size. */
  draws: t.array(
    t.type({
      size,
      count: positiveInteger,
      figures: t.type({ left: spread, top: spread, width: spread, height: spread }),
    }),
  ),
})

const training = t.type({
  name: t.string,
  optimizer: optimizerName,
  learningRate: nonNegative,
  weightDecay: nonNegative,
  schedule: literals(trainingSchedules),
  epochs: positiveInteger,
  warmUpEpochs: nonNegative,
  warmUpRate: nonNegative,
  stepsPerEpoch: positiveInteger,
  /** Steps that the weights were trained for. */
  steps: positiveInteger,
  /** The learning rate of each step from the first on. */
  rates: t.array(t.number),
})

const recipeCodec = t.type({ kind: t.literal('recipe'), crops, trainings: t.array(training) })

export type RecipeConfiguration = t.TypeOf<typeof recipeCodec>
export type RecipeTraining = t.TypeOf<typeof training>

export interface RecipeFixture {
  readonly directory: string
  readonly configuration: RecipeConfiguration
  /** Normalised pixels `crops` [N,3,R,R]; of training i `training.i.x` [S,B,F], `.labels` [S,B], `.first` and `.last` [K,F]. */
  readonly expected: NamedValues
}

const kindOf = t.type({ kind: t.string })

/** The configuration and the tensors of a fixture. */
export const fixturePath = (directory: string): string => join(directory, 'fixture.json')
export const expectedPath = (directory: string): string => join(directory, 'expected.safetensors')

/** Whether the fixture in a directory is one of the recipe; those of the model do not say their kind. */
export const holdsRecipe = (directory: string): Effect.Effect<boolean> =>
  pipe(
    readJson(fixturePath(directory), t.unknown),
    Effect.map((found) => kindOf.is(found)),
  )

/** Reads a fixture of the recipe. Fails with the path of a file that is missing or broken. */
export const readRecipe = (directory: string): Effect.Effect<RecipeFixture> =>
  pipe(
    Effect.Do,
    Effect.bind('configuration', () => readJson(fixturePath(directory), recipeCodec)),
    Effect.bind('expected', () =>
      pipe(
        readSafetensors(expectedPath(directory)),
        Effect.map(({ tensors }) => tensors),
      ),
    ),
    Effect.let('directory', () => directory),
  )
