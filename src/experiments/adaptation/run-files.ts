/** The files of an adaptation's directory, beside those that every training run has. */
import { join } from 'node:path'

/** What the run has learned. */
export const promptLearnerPath = (directory: string): string => join(directory, 'prompt_learner.safetensors')
/** Its accuracies. */
export const evaluationPath = (directory: string): string => join(directory, 'evaluation.json')
/** How its weights did on the held-out part of the source, one line for each validation. */
export const validationPath = (directory: string): string => join(directory, 'validation.jsonl')
/** The best of them so far. */
export const bestPath = (directory: string): string => join(directory, 'best.safetensors')
/** What was made of each image that it was evaluated on. */
export const predictionsPath = (directory: string): string => join(directory, 'predictions.safetensors')
/** All of it to look at. */
export const reportPath = (directory: string): string => join(directory, 'report.html')

/** What a run leaves beside what it has learned: another run in the same directory has to remove it. */
export const tracePaths = (directory: string): readonly string[] =>
  [evaluationPath, validationPath, bestPath, predictionsPath, reportPath].map((path) => path(directory))
