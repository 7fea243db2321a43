/** The architecture of a CLIP read off the shapes of its weights, as the original loader does. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import type { ClipArchitecture, ClipSizes } from './architecture.js'
import { openAiBlocks } from '../block-form.js'
import { headsOf, resNetOutputWidth, resNetStride } from './architecture.js'

/** Shapes of a checkpoint's tensors, by name. */
export type TensorShapes = Readonly<Record<string, readonly number[]>>

/** Why a checkpoint's shapes are not those of a CLIP: a tensor, and what is wrong with it. */
export interface NotAClip {
  readonly tensor: string
  readonly problem: string
}

/** The number of blocks whose names begin with a prefix. */
const countNumbered = (shapes: TensorShapes, prefix: string): number =>
  new Set(
    Object.keys(shapes).flatMap((name) =>
      name.startsWith(prefix) ? (/^\d+(?=\.)/.exec(name.slice(prefix.length)) ?? []) : [],
    ),
  ).size

/** The shape that a tensor has, and the rank that it should have. */
const misshapen = (shapes: TensorShapes, tensor: string, rank: number): NotAClip => {
  const found = shapes[tensor]
  return {
    tensor,
    problem: found === undefined ? 'is missing' : `has shape [${found.join(', ')}], not ${rank} axes`,
  }
}

/** The shapes of named tensors of two axes or of four, or the first that is not there or has another rank. */
const shapesOf = <Name extends string>(
  shapes: TensorShapes,
  ranks: Readonly<Record<Name, 2 | 4>>,
): E.Either<NotAClip, Readonly<Record<Name, readonly number[]>>> =>
  pipe(
    ranks,
    R.traverseWithIndex(E.Applicative)((name: Name, rank) => {
      const shape = shapes[name]
      return shape?.length === rank ? E.right(shape) : E.left(misshapen(shapes, name, rank))
    }),
  )

/** The side of a square of cells, from the number of positions: one for each cell and one for the class token. */
const gridOf = (tensor: string, positions: number): E.Either<NotAClip, number> => {
  const grid = Math.sqrt(positions - 1)
  return Number.isInteger(grid)
    ? E.right(grid)
    : E.left({ tensor, problem: `has ${positions} positions, which are not one more than a square` })
}

const inferVisionTransformer = (
  shapes: TensorShapes,
  sizes: TextSizes,
): E.Either<NotAClip, ClipArchitecture> => {
  const positions = 'visual.positional_embedding'
  return pipe(
    shapesOf(shapes, { 'visual.conv1.weight': 4, [positions]: 2, 'visual.proj': 2 }),
    E.chain((found) => {
      const [visionWidth = 1, , patchSize = 1] = found['visual.conv1.weight']
      const [imageTokens = 2] = found[positions]
      const [, embedDim = 1] = found['visual.proj']
      return pipe(
        gridOf(positions, imageTokens),
        E.map((grid) => ({
          ...sizes,
          kind: 'vit',
          embedDim,
          imageResolution: grid * patchSize,
          visionLayers: countNumbered(shapes, 'visual.transformer.resblocks.'),
          visionWidth,
          visionHeads: headsOf(visionWidth),
          visionPatchSize: patchSize,
          visionBlocks: openAiBlocks,
        })),
      )
    }),
  )
}

const firstOfResNet = 'visual.layer1.0.conv1.weight'

const inferResNet = (shapes: TensorShapes, sizes: TextSizes): E.Either<NotAClip, ClipArchitecture> => {
  const positions = 'visual.attnpool.positional_embedding'
  return pipe(
    shapesOf(shapes, { [firstOfResNet]: 4, [positions]: 2, 'visual.attnpool.c_proj.weight': 2 }),
    E.chain((found) => {
      const [visionWidth = 1] = found[firstOfResNet]
      const [cells = 2] = found[positions]
      const [embedDim = 1] = found['visual.attnpool.c_proj.weight']
      return pipe(
        gridOf(positions, cells),
        E.map((grid) => ({
          ...sizes,
          kind: 'resnet',
          embedDim,
          imageResolution: grid * resNetStride,
          visionLayers: [
            countNumbered(shapes, 'visual.layer1.'),
            countNumbered(shapes, 'visual.layer2.'),
            countNumbered(shapes, 'visual.layer3.'),
            countNumbered(shapes, 'visual.layer4.'),
          ],
          visionWidth,
          visionHeads: headsOf(resNetOutputWidth(visionWidth)),
        })),
      )
    }),
  )
}

/** What the text tower's shapes give. */
type TextSizes = Omit<ClipSizes, 'embedDim' | 'imageResolution'>

const inferText = (shapes: TensorShapes): E.Either<NotAClip, TextSizes> =>
  pipe(
    shapesOf(shapes, { positional_embedding: 2, 'token_embedding.weight': 2 }),
    E.map((found) => {
      const [contextLength = 1, textWidth = 1] = found.positional_embedding
      const [vocabSize = 1] = found['token_embedding.weight']
      return {
        contextLength,
        vocabSize,
        textWidth,
        textHeads: headsOf(textWidth),
        textLayers: countNumbered(shapes, 'transformer.resblocks.'),
        textBlocks: openAiBlocks,
      }
    }),
  )

/**
 * The architecture of a CLIP: with the modified ResNet where there is a first stage of it, else with a vision
 * transformer. What shapes do not show is as in OpenAI's CLIPs: one head for every 64 features, and the form of blocks.
 *
 * Fails where a tensor that gives a size is not there or has another rank.
 *
 * @example
 * inferArchitecture(R.map(({ shape }: TensorValue) => shape)(weights)) // right, of OpenAI's file: ViT-B/16
 */
export const inferArchitecture = (shapes: TensorShapes): E.Either<NotAClip, ClipArchitecture> =>
  pipe(
    inferText(shapes),
    E.chain((sizes) =>
      firstOfResNet in shapes ? inferResNet(shapes, sizes) : inferVisionTransformer(shapes, sizes),
    ),
  )
