/** What a training run depends on, and its files. */
import { join } from '../effects/paths.js'
import type { Sizes } from '../shapes/dim.js'
import type { TrainStep } from '../optimizers/train-step.js'
import type * as Effect from '../effects/effect.js'
import type { NamedValues } from '../values/named-values.js'
import type { Checkpoint } from './checkpoint.js'
import type { MicroBatches } from './ready-step.js'
import type { RunStart } from './run-start.js'
import type { Tracker } from './trackers/tracker.js'

/** Numbers by name. */
export type Figures = Readonly<Record<string, number>>

/** A step that was just taken. */
export interface StepTaken {
  /** Steps done, this one included. */
  readonly step: number
  /** The step's scalars. */
  readonly metrics: Figures
  /** The state after the step: reading it copies it from the engine. */
  readonly state: Effect.Effect<NamedValues>
}

/** Everything that a training run depends on. A batch depends only on the number of its step. */
export interface FitPlan {
  readonly label: string
  /** Where metrics and checkpoints are written; without it, nothing is written. */
  readonly directory?: string | undefined
  readonly step: TrainStep
  /** Micro-batches, if the step is taken in parts. */
  readonly microBatches?: MicroBatches | undefined
  readonly sizes: Sizes
  /** Frozen weights and first values of the learnable ones. */
  readonly weights: NamedValues
  /** The source of the weights, for messages. */
  readonly weightsFrom: string
  readonly steps: number
  /** Inputs of a step; the first is number 0. */
  readonly batch: (step: number) => Effect.Effect<NamedValues>
  /** Steps between two checkpoints. */
  readonly saveEvery: number
  /**
   * Runs on the first state, and on every state before it is saved. A run that was killed and resumed calls it again for
   * some states, so it must be idempotent.
   */
  readonly onSave?: (checkpoint: Checkpoint) => Effect.Effect<void>
  /** Runs after each step; the figures that it gives are recorded with the step's metrics. */
  readonly onStep?: (taken: StepTaken) => Effect.Effect<Figures>
  /** They write down the metrics of each step for other programs; nothing without a directory. */
  readonly trackers?: readonly Tracker[] | undefined
  /** What is done with a run that is in the directory. */
  readonly start: RunStart
  /**
   * Look at every operation of every step, and stop at the first that makes a NaN: slower (see `docs/engines.md`). Without
   * it, the steps since the last checkpoint are taken again in this way once a number is not finite.
   */
  readonly detectAnomalies?: boolean | undefined
  /** Names of the examples of a step, for messages; the first step is number 0. */
  readonly examples?: ((step: number) => readonly string[]) | undefined
}

export const configurationPath = (directory: string): string => join(directory, 'run.json')
export const checkpointPath = (directory: string): string => join(directory, 'checkpoint.safetensors')
export const metricsPath = (directory: string): string => join(directory, 'metrics.jsonl')
