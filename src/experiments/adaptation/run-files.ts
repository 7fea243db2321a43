/** The files of an adaptation's directory, in addition to those of every training run. */
import { join } from '../../effects/paths.js'
import type { RunKind } from '../../training/run-directory.js'
import { inputsPath } from '../inputs/kept-digests.js'

/** The trained parameters. */
export const promptLearnerPath = (directory: string): string => join(directory, 'prompt_learner.safetensors')
/** Its accuracies. */
export const evaluationPath = (directory: string): string => join(directory, 'evaluation.json')
/** Scores of its weights on held-out images, one line for each validation. */
export const validationPath = (directory: string): string => join(directory, 'validation.jsonl')
/** The weights with the best scores so far. */
export const bestPath = (directory: string): string => join(directory, 'best.safetensors')
/** The logits of each image that it was evaluated on. */
export const predictionsPath = (directory: string): string => join(directory, 'predictions.safetensors')
/** The page that shows all of it. */
export const reportPath = (directory: string): string => join(directory, 'report.html')

/** Why a run of a study has no figure. */
export const failurePath = (directory: string): string => join(directory, 'failure.json')

/** What a run leaves in its directory. */
export const adaptationRun: RunKind = {
  kind: 'adaptation',
  result: promptLearnerPath,
  traces: (directory) =>
    [inputsPath, evaluationPath, validationPath, bestPath, predictionsPath, reportPath, failurePath].map(
      (path) => path(directory),
    ),
}
