/** What a study begins with, as a line for the person who started it. */
import { counted } from '../../effects/counted.js'
import type { StudyPlan } from './plan.js'

/**
 * Rows, columns, classes, images, CLIP, engine and directory of a study, in words.
 *
 * @example
 * const say = (plan: StudyPlan) => printLine(studyLine(plan))
 * // '2 rows, 12 pairs, 3 seeds; 65 classes; images: art 2427, ...; CLIP ViT-B/16 of clip.safetensors; engine onnx; runs/table'
 */
export const studyLine = ({
  directory,
  facts,
  variants,
  pairs,
  seeds,
  inputs: { clip, data },
}: StudyPlan): string => {
  const images = data.domains.map(({ name, training }) => `${name} ${training.length}`)
  const engines = [...new Set(variants.map(({ configuration }) => configuration.engine))]
  return [
    `${counted(variants.length, 'row')}, ${counted(pairs.length, 'pair')}, ${counted(seeds.length, 'seed')}`,
    counted(facts.classCount, 'class', 'classes'),
    `images: ${images.join(', ')}`,
    `CLIP ${facts.backbone} of ${clip.path}`,
    `engine ${engines.join(', ')}`,
    directory,
  ].join('; ')
}
