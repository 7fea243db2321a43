/** Time and memory of a method's programs on an engine, with random weights of the right shapes. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Program, Sizes } from '../../dsl/index.js'
import type { ClipArchitecture } from '../../model/index.js'
import { openAiTowers } from '../../model/index.js'
import type { TrainStep } from '../../optimizers/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import {
  now,
  reportProgress,
  residentMemory,
  run,
  withExecutable,
  yieldControl,
} from '../../effects/operations.js'
import { engineMemory, programMemory, uncollectedMemory } from '../../engines/onnx/memory/engine-memory.js'
import { largest } from '../../values/extremes.js'
import type { CostSetting } from './cost-programs.js'
import { costPrograms } from './cost-programs.js'
import { randomInputs, randomOptions } from './random-values.js'

/** What one run of a program took. */
export interface Measured {
  /** Median of the runs after the first. */
  readonly milliseconds: number
  /** Bytes that the process held at most after one of the runs, beyond what it held before: weights, and what a run needs. */
  readonly memory: number
  /** The same as it is predicted for ONNX Runtime on a processor, whatever the engine. */
  readonly predictedMemory: number
}

/** Each on a batch of the setting's size; a training step reads images that are encoded already. */
export interface Measurement {
  readonly imageEncoder: Measured
  readonly prediction: Measured
  readonly step: Measured
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Bytes of the weights as they are given to the engine, and what ONNX Runtime takes to run the program with them. */
const predictionOf = (of: Program, sizes: Sizes, carried: TrainStep['carried']): E.Either<Failure, number> =>
  pipe(
    programMemory({ program: of, sizes }, new Set(carried.map(({ parameter }) => parameter))),
    E.map(
      (memory) => memory.weights.given + memory.state + engineMemory([memory]) + uncollectedMemory([memory]),
    ),
  )

interface Subject {
  readonly label: string
  readonly of: Program
  readonly carried: TrainStep['carried']
}

const measure = (
  { label, of, carried }: Subject,
  sizes: Sizes,
  architecture: ClipArchitecture,
  runs: number,
): Effect.Effect<Measured> =>
  pipe(
    residentMemory,
    Effect.flatMap((before) =>
      withExecutable(of, randomOptions(of, sizes, carried), (executable) => {
        const inputs = randomInputs(of, sizes, architecture)
        const timed = pipe(
          Effect.Do,
          Effect.bind('alive', () => yieldControl),
          Effect.bind('began', () => now),
          Effect.bind('outputs', () => run(executable, inputs)),
          Effect.bind('ended', () => now),
          Effect.bind('held', () => residentMemory),
          Effect.map(({ began, ended, held }) => ({ time: ended - began, held })),
        )
        return pipe(
          [...Array(runs + 1).keys()],
          Effect.traverseArray((i) =>
            pipe(
              timed,
              Effect.tap(() =>
                reportProgress({
                  label: `measuring the ${label}`,
                  done: i + 1,
                  total: runs + 1,
                  fields: {},
                }),
              ),
            ),
          ),
          Effect.bindTo('all'),
          Effect.bindEither('predictedMemory', () => predictionOf(of, sizes, carried)),
          Effect.map(({ all, predictedMemory }) => ({
            milliseconds: median(all.slice(1).map(({ time }) => time)),
            memory: Math.max(largest(all.map(({ held }) => held)) - before, 0),
            predictedMemory,
          })),
        )
      }),
    ),
  )

/**
 * Runs image encoder, prediction and training step a few times each, one after the other.
 *
 * @example
 * const setting = { method: methodConfiguration('ad-clip'), classes: 65, nameTokens: 5 }
 * interpret(measureCost(publishedArchitectures.RN50, setting, 5))
 */
export const measureCost = (
  architecture: ClipArchitecture,
  setting: CostSetting,
  runs: number,
): Effect.Effect<Measurement> => {
  const sizes = { B: setting.method.batch, K: setting.classes }
  const measured = (label: string, of: Program, carried: TrainStep['carried'] = []) =>
    measure({ label, of, carried }, sizes, architecture, runs)
  return pipe(
    Effect.fromEither(costPrograms(openAiTowers(architecture), setting)),
    Effect.flatMap(({ imageEncoder, prediction, step }) =>
      pipe(
        Effect.Do,
        Effect.bind('imageEncoder', () => measured('image encoder', imageEncoder)),
        Effect.bind('prediction', () => measured('prediction', prediction)),
        Effect.bind('step', () => measured('training step', step.program, step.carried)),
      ),
    ),
  )
}
