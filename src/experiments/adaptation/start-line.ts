/** What a run begins with, as a line for the person who started it. */
import { domainImages } from '../../data/data-set.js'
import { counted } from '../../effects/counted.js'
import type { AdaptationConfiguration } from './configuration.js'
import type { EvaluationInputs } from './run-inputs.js'

/**
 * Classes, images, CLIP, engine and directory of a run, in words.
 *
 * @example
 * // 'photo → sketch: 7 classes, 1,670 images with labels, 3929 without; CLIP clip.safetensors (224 pixels); engine onnx; runs/pacs'
 * const line = (configuration: AdaptationConfiguration, inputs: EvaluationInputs) =>
 *   startLine(configuration, inputs, 'runs/pacs')
 */
export const startLine = (
  { source, target, engine }: AdaptationConfiguration,
  { clip, data }: Pick<EvaluationInputs, 'clip' | 'data'>,
  directory: string,
): string => {
  const [labelled, unlabelled] = [source, target].map(
    (domain) => domainImages(data, domain, 'training').length,
  )
  return [
    `${source} → ${target}: ${counted(data.classes.length, 'class', 'classes')}, ${counted(labelled ?? 0, 'image')} with labels, ${unlabelled} without`,
    `CLIP ${clip.path} (${clip.transform.resolution} pixels)`,
    `engine ${engine}`,
    directory,
  ].join('; ')
}
