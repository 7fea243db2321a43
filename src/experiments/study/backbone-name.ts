/** The name of a CLIP's image encoder in tables. */
import type { ClipArchitecture } from '../../model/index.js'
import { publishedNameOf } from '../../model/clip/published-architectures.js'

/**
 * The published name of an image encoder of these sizes, or else the sizes: `ViT 4×128/12` is four blocks of width
 * 128 on patches of 12.
 */
export const backboneName = (architecture: ClipArchitecture): string => {
  const published = publishedNameOf(architecture)
  if (published !== undefined) return published
  return architecture.kind === 'vit'
    ? `ViT ${architecture.visionLayers}×${architecture.visionWidth}/${architecture.visionPatchSize}`
    : `ResNet ${architecture.visionLayers.join('-')}×${architecture.visionWidth}`
}
