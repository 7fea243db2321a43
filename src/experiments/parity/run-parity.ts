/** Running a parity fixture on an engine, and comparing all tensors that it expects. */
import * as E from 'fp-ts/lib/Either.js'
import { join } from '../../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import { evaluate } from '../../dsl/index.js'
import { isPromptLearnerParameter } from '../../methods/index.js'
import type { TrainStep } from '../../optimizers/index.js'
import * as Effect from '../../effects/effect.js'
import type { EngineState, Executable } from '../../engines/engine.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { checkFolder, readState, run, withExecutable } from '../../effects/operations.js'
import { bindWeights, checkTensor } from '../../training/weights.js'
import type { ParityRow, ParityTolerance } from './comparison.js'
import { compareNumbers, compareTensors } from './comparison.js'
import type { Fixture, FixtureConfiguration } from './fixture.js'
import { readFixture } from './fixture.js'
import { parityProgram } from './parity-program.js'
import { holdsRecipe, readRecipe } from './recipe-fixture.js'
import { recipeRows } from './recipe-parity.js'
import { programRejected } from '../../engines/failure.js'
import { lookup } from '../../values/record.js'
import type { TensorValue } from '../../values/value.js'
import { stepAllowances } from './step-tolerance.js'

/** A table with one row for each tensor, loss, rate, ... that is expected. */
export interface ParityReport {
  readonly ok: boolean
  readonly rows: readonly ParityRow[]
}

/**
 * A parameter whose gradient is zero in exact arithmetic: the same shift of every image token. Rounding decides its sign,
 * and Adam turns that into steps of either sign.
 */
const vanishing = 'image_tokens.lin.bias'

const toleranceOf = (name: string): ParityTolerance => {
  if (name === `grad.${vanishing}`) return { relative: 0, absolute: 1e-6 }
  return { relative: name.startsWith('grad.') ? 1e-3 : 1e-4, absolute: 0 }
}
const lossTolerance: ParityTolerance = { relative: 1e-3, absolute: 2e-5 }

/** The outputs of one step, and the learnable weights after it. */
interface StepResult {
  readonly outputs: NamedValues
  readonly weights: NamedValues
}

const lossNames = ['loss_ce', 'loss_kl', 'loss_smn', 'loss_entropy', 'loss'] as const

const lossRows = ({ losses }: FixtureConfiguration, steps: readonly StepResult[]): readonly ParityRow[] =>
  losses.flatMap((expected, i) =>
    lossNames.map((name) =>
      compareNumbers(
        `step${i + 1}.${name}`,
        steps[i]?.outputs[name]?.data ?? [],
        [expected[name]],
        lossTolerance,
      ),
    ),
  )

/** A weight after so many steps, as the name `step3.<weight>` says. */
interface WeightAfter {
  readonly steps: number
  readonly weight: string
}

const weightAfter = (name: string): WeightAfter | undefined => {
  const [, steps, weight] = /^step(\d+)\.(.+)$/.exec(name) ?? []
  return weight === undefined ? undefined : { steps: Number(steps), weight }
}

/** The tensor that an expected name stands for: `forward.*` and `grad.*` of the first step, `step3.*` weights. */
const actualTensor = (name: string, results: readonly StepResult[]): TensorValue | undefined => {
  const after = weightAfter(name)
  return after === undefined
    ? lookup(name, results[0]?.outputs ?? {})
    : lookup(after.weight, results[after.steps - 1]?.weights ?? {})
}

/** What single entries are allowed besides the tolerance of their tensor. */
const entryAllowances = (
  name: string,
  { promptLearner, expected, configuration: { optimizer } }: Fixture,
): readonly number[] => {
  const after = weightAfter(name)
  if (after === undefined) return []
  const weight = lookup(after.weight, promptLearner)?.data ?? []
  const gradient = lookup(`grad.${after.weight}`, expected)?.data ?? []
  return stepAllowances(after.steps, { weight, gradient }, optimizer)
}

const expectedRows = (
  fixture: Fixture,
  steps: readonly StepResult[],
): E.Either<Failure, readonly ParityRow[]> =>
  pipe(
    Object.entries(fixture.expected)
      .filter(([name]) => !(name.startsWith('step') && name.endsWith(vanishing)))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    E.traverseArray(([name, value]) => {
      const actual = actualTensor(name, steps)
      const where = join(fixture.directory, 'expected.safetensors')
      if (actual === undefined) return E.left<Failure>({ tag: 'TensorUnexpected', name, where })
      return pipe(
        checkTensor(fixture.expected, where, { name, shape: actual.shape, dtype: value.dtype }),
        E.map(() => compareTensors(name, actual, value, toleranceOf(name), entryAllowances(name, fixture))),
      )
    }),
  )

/**
 * The first tensor that the fixture should list and does not: a fixture with gaps fails. Weights are listed after some
 * steps, and then all of them.
 */
const missingExpectation = (
  { expected, directory }: Fixture,
  { program, carried }: TrainStep,
): Failure | undefined => {
  const outputs = Object.keys(program.outputs).filter((name) => /^(forward|grad)\./.test(name))
  const learned = carried
    .map(({ parameter }) => parameter)
    .filter((name) => isPromptLearnerParameter(name) && name !== vanishing)
  const steps = new Set(Object.keys(expected).flatMap((name) => /^step\d+(?=\.)/.exec(name) ?? []))
  const weights = ['step1', ...steps].flatMap((step) => learned.map((name) => `${step}.${name}`))
  const absent = [...outputs, ...weights].find((name) => !(name in expected))
  return absent === undefined
    ? undefined
    : { tag: 'TensorMissing', name: absent, where: join(directory, 'expected.safetensors'), similar: [] }
}

const runSteps = (
  executable: Executable,
  batch: NamedValues,
  count: number,
): Effect.Effect<readonly StepResult[]> =>
  pipe(
    Array.from({ length: count }),
    Effect.traverseArray(() =>
      pipe(
        Effect.Do,
        Effect.bind('outputs', () => run(executable, batch)),
        Effect.bind('weights', () => readState(executable)),
      ),
    ),
  )

/** Compiles the step for a fixture, with CLIP frozen and the prompt learner and optimizer as state. */
const modelRows = (directory: string): Effect.Effect<readonly ParityRow[]> =>
  pipe(
    Effect.Do,
    Effect.bind('fixture', () => readFixture(directory)),
    Effect.bindEither('step', ({ fixture }) =>
      pipe(parityProgram(fixture.configuration), E.mapLeft(programRejected(directory))),
    ),
    Effect.bindEither('plan', ({ fixture, step }) => planOf(fixture, step)),
    Effect.bind('steps', ({ fixture, step, plan }) =>
      withExecutable(
        step.program,
        { sizes: plan.sizes, weights: plan.weights, state: plan.state },
        (executable) => runSteps(executable, plan.batch, fixture.configuration.optimizer.steps),
      ),
    ),
    Effect.flatMapEither(({ fixture, steps }) =>
      pipe(
        expectedRows(fixture, steps),
        E.map((rows) => [...rows, ...lossRows(fixture.configuration, steps)]),
      ),
    ),
  )

/**
 * Compares all that the fixture in a directory holds. There are two kinds: of the model (its outputs, gradients, losses and
 * steps), and of the training recipe (random crops, learning rates and steps). Fails where a file of the fixture is missing or
 * broken.
 */
export const runParity = (directory: string): Effect.Effect<ParityReport> =>
  pipe(
    checkFolder(directory),
    Effect.flatMap(() => holdsRecipe(directory)),
    Effect.flatMap((recipe) =>
      recipe ? pipe(readRecipe(directory), Effect.flatMap(recipeRows)) : modelRows(directory),
    ),
    Effect.map((rows) => ({ ok: rows.every(({ ok }) => ok), rows })),
  )

/** Weights, state and inputs of a run, all checked against the program before anything runs. */
const planOf = (
  fixture: Fixture,
  { program, carried, initialState }: TrainStep,
): E.Either<
  Failure,
  {
    readonly sizes: Readonly<Record<string, number>>
    readonly weights: NamedValues
    readonly state: readonly EngineState[]
    readonly batch: NamedValues
  }
> => {
  const { directory, configuration } = fixture
  const sizes = { B: configuration.batch, K: configuration.classes }
  const missing = missingExpectation(fixture, { program, carried, initialState })
  if (missing !== undefined) return E.left(missing)
  return pipe(
    E.Do,
    E.bind('batch', () =>
      pipe(
        program.inputs,
        E.traverseArray(({ attributes }) =>
          pipe(
            checkTensor(fixture.batch, join(directory, 'batch.safetensors'), attributes, sizes),
            E.map((value) => [attributes.name, value] as const),
          ),
        ),
        E.map((entries): NamedValues => Object.fromEntries(entries)),
      ),
    ),
    E.bind('weights', () =>
      bindWeights(program, fixture.clip, join(directory, 'clip.safetensors'), {
        sizes,
        except: carried.map(({ parameter }) => parameter),
      }),
    ),
    E.bindW('first', () =>
      pipe(evaluate(initialState, fixture.promptLearner, sizes), E.mapLeft(programRejected(directory))),
    ),
    E.bind('state', ({ first }) =>
      pipe(
        program.parameters.filter(({ attributes: { name } }) =>
          carried.some(({ parameter }) => parameter === name),
        ),
        E.traverseArray(({ attributes }) => {
          const initial = lookup(attributes.name, first)
          const found =
            initial === undefined
              ? checkTensor(
                  fixture.promptLearner,
                  join(directory, 'prompt_learner.safetensors'),
                  attributes,
                  sizes,
                )
              : E.right(initial)
          return pipe(
            found,
            E.map((value) => ({
              parameter: attributes.name,
              output: `next/${attributes.name}`,
              initial: value,
            })),
          )
        }),
      ),
    ),
    E.map(({ batch, weights, state }) => ({ sizes, weights, state, batch })),
  )
}
