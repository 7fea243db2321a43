/** A run that has been trained, read back from its directory. */
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../effect.js'
import type { AdaptableClip } from './adaptable-clip.js'
import type { PromptTokenizer } from './class-prompts.js'
import type { AdaptationConfiguration } from './configuration.js'
import { readConfiguration } from './configuration.js'
import type { GroundOptions } from './ground.js'
import { readGroundClip } from './ground.js'
import type { Learned } from './learned.js'
import { readLearned } from './learned.js'
import type { AdaptationTask } from './task.js'
import { adaptationTask } from './task.js'

export interface FinishedRun {
  readonly configuration: AdaptationConfiguration
  readonly clip: AdaptableClip
  readonly task: AdaptationTask
  readonly learned: Learned
}

/**
 * Reads a run's configuration, its CLIP and what it has learned, and nothing of its data set. The engine runs CLIP's
 * text encoder on the templates once.
 *
 * Fails where the run or its CLIP is not where it was.
 */
export const readFinishedRun = (
  directory: string,
  tokenizer: PromptTokenizer,
  options: Pick<GroundOptions, 'readClip' | 'shared'> = {},
): Effect.Effect<FinishedRun> =>
  pipe(
    Effect.Do,
    Effect.bind('configuration', () => readConfiguration(directory)),
    Effect.bind('learned', () => readLearned(directory)),
    Effect.bind('clip', ({ configuration }) => readGroundClip(configuration, options)),
    Effect.bind('task', ({ configuration, clip, learned }) =>
      adaptationTask(configuration, clip, learned.classes, tokenizer),
    ),
  )
