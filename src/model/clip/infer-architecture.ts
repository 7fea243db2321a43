/** The sizes of a CLIP read off the shapes of its weights, as the original loader does. */
import * as E from 'fp-ts/lib/Either.js'
import type { ClipArchitecture } from './architecture.js'

/** Shapes of a checkpoint's tensors, by name. */
export type TensorShapes = Readonly<Record<string, readonly number[]>>

/** Why a checkpoint's shapes are not those of a CLIP: the tensor that gives it away. */
export interface NotAClip {
  readonly tensor: string
  readonly problem: string
}

const countBlocks = (shapes: TensorShapes, prefix: string): number =>
  Object.keys(shapes).filter(
    (name) => name.startsWith(`${prefix}.resblocks.`) && name.endsWith('.ln_1.weight'),
  ).length

/** Width of a head, as in every released CLIP; a tower as narrow as one head, or not divisible by it, has one head. */
const headsOf = (width: number): number => (width % 64 === 0 ? width / 64 : 1)

/**
 * The architecture of a CLIP with a vision transformer.
 *
 * Fails where a tensor that gives a size is not there or has another rank.
 *
 * @example
 * inferArchitecture(R.map(({ shape }: TensorValue) => shape)(weights)) // right, of OpenAI's file: ViT-B/16
 */
export const inferArchitecture = (shapes: TensorShapes): E.Either<NotAClip, ClipArchitecture> => {
  const sized = (name: string, rank: number): readonly number[] | undefined =>
    shapes[name]?.length === rank ? shapes[name] : undefined
  const names = {
    'visual.conv1.weight': 4,
    'visual.positional_embedding': 2,
    'visual.proj': 2,
    positional_embedding: 2,
    'token_embedding.weight': 2,
  } as const
  const [missing] = Object.entries(names).filter(([name, rank]) => sized(name, rank) === undefined)
  if (missing !== undefined) {
    const [tensor, rank] = missing
    const found = shapes[tensor]
    return E.left({
      tensor,
      problem: found === undefined ? 'is missing' : `has shape [${found.join(', ')}], not ${rank} axes`,
    })
  }
  const [visionWidth = 1, , patchSize = 1] = sized('visual.conv1.weight', 4) ?? []
  const [imageTokens = 2] = sized('visual.positional_embedding', 2) ?? []
  const [, embedDim = 1] = sized('visual.proj', 2) ?? []
  const [contextLength = 1, textWidth = 1] = sized('positional_embedding', 2) ?? []
  const [vocabSize = 1] = sized('token_embedding.weight', 2) ?? []
  const grid = Math.sqrt(imageTokens - 1)
  if (!Number.isInteger(grid)) {
    return E.left({
      tensor: 'visual.positional_embedding',
      problem: `has ${imageTokens} positions, which are not one more than a square`,
    })
  }
  return E.right({
    kind: 'vit',
    embedDim,
    imageResolution: grid * patchSize,
    visionLayers: countBlocks(shapes, 'visual.transformer'),
    visionWidth,
    visionHeads: headsOf(visionWidth),
    visionPatchSize: patchSize,
    contextLength,
    vocabSize,
    textWidth,
    textHeads: headsOf(textWidth),
    textLayers: countBlocks(shapes, 'transformer'),
  })
}
