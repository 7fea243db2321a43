/** What a pretraining starts with: its directory, its options and its images; and a rehearsal of it. */
import { pipe } from 'fp-ts/lib/function.js'
import type { DataSet } from '../../data/data-set.js'
import { readDataSet } from '../../data/read-data-set.js'
import * as Effect from '../../effects/effect.js'
import { join } from '../../effects/paths.js'
import { openClipConfigurationFile } from '../../formats/checkpoints/written-configuration.js'
import type { Tokenizer } from '../../model/tokenizer/tokenizer.js'
import type { RunKind } from '../../training/run-directory.js'
import { checkStart } from '../../training/run-directory.js'
import type { RunStart } from '../../training/run-start.js'
import type { Tracker } from '../../training/trackers/tracker.js'
import { inputsPath } from '../inputs/kept-digests.js'
import { checkArchitecture } from './architecture.js'
import { checkPretraining } from './check-pretraining.js'
import type { PretrainConfiguration } from './configuration.js'
import { pretrainingLine } from './pretraining-line.js'

/** Where a pretrained CLIP is written, under OpenAI's names. */
export const pretrainedPath = (directory: string): string => join(directory, 'clip.safetensors')

/** What a run leaves in its directory. */
export const pretrainingRun: RunKind = {
  kind: 'pretrain',
  result: pretrainedPath,
  traces: (directory) => [inputsPath(directory), join(directory, openClipConfigurationFile)],
}

/** How a pretraining is started. */
export interface PretrainingOptions {
  readonly directory: string
  readonly tokenizer: Tokenizer
  /** What is done with a run that is in the directory. */
  readonly start: RunStart
  /** Where the data set lies now, if it is no longer where the configuration says. */
  readonly data?: string
  /** Refuse images that are missing or broken, instead of leaving them out. */
  readonly strict?: boolean
  /** They write down the metrics of each step for other programs. */
  readonly trackers?: readonly Tracker[] | undefined
}

/** The images of a pretraining that can be meant. */
export const readyData = (
  configuration: PretrainConfiguration,
  { data: root = configuration.data, strict = false }: Pick<PretrainingOptions, 'data' | 'strict'>,
): Effect.Effect<DataSet> =>
  pipe(
    readDataSet(root, {
      layout: configuration.layout,
      classNames: configuration.classNames,
      domains: configuration.domains,
      strict,
    }),
    Effect.tapEither((data) => checkPretraining(configuration, data)),
  )

/**
 * Lists the images of a pretraining and checks all that can be checked before it begins, as `pretrainClip` does; nothing is computed
 * or written. Gives what it would begin with, as a line. Fails as `pretrainClip` does.
 *
 * @example
 * interpret(rehearsePretraining(pretraining, { directory: 'runs/clip', start: 'new' }))
 */
export const rehearsePretraining = (
  configuration: PretrainConfiguration,
  options: Pick<PretrainingOptions, 'directory' | 'start' | 'data' | 'strict'>,
): Effect.Effect<string> => {
  const { directory, start } = options
  return pipe(
    Effect.fromEither(checkArchitecture(configuration)),
    Effect.apSecond(checkStart(directory, pretrainingRun, start)),
    Effect.apSecond(readyData(configuration, options)),
    Effect.map((data) => pretrainingLine(configuration, data, directory)),
  )
}
