/** Time and memory of a method's programs on an engine, with random weights of the right shapes. */
import { pipe } from 'fp-ts/lib/function.js'
import type { Program, Sizes, Node, NodeOf } from '../../dsl/index.js'
import { knownSize } from '../../shapes/dim.js'
import { randomKey } from '../../dsl/index.js'
import type { TensorValue } from '../../values/value.js'
import { elementCount, zeros } from '../../values/value.js'
import type { ClipArchitecture } from '../../model/index.js'
import { openAiTowers } from '../../model/index.js'
import type { TrainStep } from '../../optimizers/index.js'
import * as Effect from '../../effects/effect.js'
import type { CompileOptions } from '../../engines/engine.js'
import type { NamedValues } from '../../values/named-values.js'
import {
  now,
  reportProgress,
  residentMemory,
  run,
  withExecutable,
  yieldControl,
} from '../../effects/operations.js'
import type { CostSetting } from './cost-programs.js'
import { costPrograms } from './cost-programs.js'

/** What one run of a program took. */
export interface Measured {
  /** Median of the runs after the first. */
  readonly milliseconds: number
  /** Bytes that the process held after the runs beyond what it held before: weights, and what a run needs. */
  readonly memory: number
}

/** Each on a batch of the setting's size; a training step reads images that are encoded already. */
export interface Measurement {
  readonly imageEncoder: Measured
  readonly prediction: Measured
  readonly step: Measured
}

const drawn = randomKey.normal(randomKey.keyFromSeed(1), 4_093).map((value) => 0.02 * value)

/** Small normal numbers, the same ones again and again: drawing a new one for each weight would take minutes. */
const randomNumbers = (count: number): Float32Array => {
  const data = new Float32Array(count)
  for (let start = 0; start < count; start += drawn.length) {
    data.set(drawn.subarray(0, Math.min(drawn.length, count - start)), start)
  }
  return data
}

const sizesOf = ({ shape }: Node, sizes: Sizes): readonly number[] => shape.map(knownSize(sizes))

const randomValue = (leaf: NodeOf<'input'> | NodeOf<'parameter'>, sizes: Sizes): TensorValue => {
  const shape = sizesOf(leaf, sizes)
  return leaf.dtype === 'f32'
    ? { dtype: 'f32', shape, data: randomNumbers(elementCount(shape)) }
    : zeros(leaf.dtype, shape)
}

/** Prompts of K classes: any tokens, and the largest, which ends a text, in the last place. */
const prompts = ([classes = 0, length = 0]: readonly number[], vocabulary: number): TensorValue => ({
  dtype: 'i32',
  shape: [classes, length],
  data: Int32Array.from({ length: classes * length }, (_, i) =>
    i % length === length - 1 ? vocabulary - 1 : (i * 7919) % (vocabulary - 1),
  ),
})

const inputsOf = (of: Program, sizes: Sizes, { vocabSize }: ClipArchitecture): NamedValues =>
  Object.fromEntries(
    of.inputs.map((leaf) => [
      leaf.attributes.name,
      leaf.attributes.name === 'prompts'
        ? prompts(sizesOf(leaf, sizes), vocabSize)
        : randomValue(leaf, sizes),
    ]),
  )

/** Random weights for a program; a step's parameters begin as random weights, its optimizer's state as zeros. */
const optionsOf = (of: Program, sizes: Sizes, carried: TrainStep['carried']): CompileOptions => {
  const outputs = new Map(carried.map(({ parameter, output }) => [parameter, output]))
  const isCarried = ({ attributes: { name } }: NodeOf<'parameter'>): boolean => outputs.has(name)
  return {
    sizes,
    weights: Object.fromEntries(
      of.parameters
        .filter((leaf) => !isCarried(leaf))
        .map((leaf) => [leaf.attributes.name, randomValue(leaf, sizes)]),
    ),
    state: of.parameters.filter(isCarried).map((leaf) => {
      const parameter = leaf.attributes.name
      const initial = parameter.startsWith('optimizer/')
        ? zeros(leaf.dtype, sizesOf(leaf, sizes))
        : randomValue(leaf, sizes)
      return { parameter, output: outputs.get(parameter) ?? '', initial }
    }),
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

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
      withExecutable(of, optionsOf(of, sizes, carried), (executable) => {
        const inputs = inputsOf(of, sizes, architecture)
        const timed = pipe(
          Effect.Do,
          Effect.bind('alive', () => yieldControl),
          Effect.bind('began', () => now),
          Effect.bind('outputs', () => run(executable, inputs)),
          Effect.bind('ended', () => now),
          Effect.map(({ began, ended }) => ended - began),
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
          Effect.bindTo('times'),
          Effect.bind('after', () => residentMemory),
          Effect.map(({ times, after }) => ({
            milliseconds: median(times.slice(1)),
            memory: Math.max(after - before, 0),
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
