/** The contents of a checkpoint as text or JSON. */
import * as E from 'fp-ts/lib/Either.js'
import type { CheckpointReport, InspectedClip } from '../formats/checkpoints/inspect.js'
import { assumptionInWords } from '../formats/checkpoints/completed-clip.js'
import type { ImagePreprocessing } from '../formats/checkpoints/image-preprocessing.js'
import type { BlockActivation, BlockForm, ClipArchitecture } from '../model/index.js'
import { clipVocabularySize, fits, possessive } from '../model/index.js'
import { inert, printable } from '../effects/printable.js'
import { textTable } from './table.js'

/** Digits in groups of three. */
const grouped = (count: number): string => count.toLocaleString('en').replaceAll(',', ' ')

const shown = (shape: readonly number[]): string => printable(`[${shape.join(', ')}]`)

const headsText = (heads: number): string => (heads === 1 ? '1 head' : `${heads} heads`)

const sizesText = (architecture: ClipArchitecture): string => {
  const { imageResolution: side, visionWidth, visionHeads, textWidth, textHeads } = architecture
  const vision =
    architecture.kind === 'vit'
      ? `vision transformer of ${architecture.visionLayers} blocks, width ${visionWidth}, ${headsText(visionHeads)}, ` +
        `patches of ${architecture.visionPatchSize}`
      : `ResNet of ${architecture.visionLayers.join(', ')} blocks, width ${visionWidth}, ${headsText(visionHeads)}`
  return [
    `images  ${side} × ${side}; ${vision}`,
    `text    ${architecture.textLayers} blocks, width ${textWidth}, ${headsText(textHeads)}; ` +
      `${architecture.contextLength} positions, ${grouped(architecture.vocabSize)} tokens`,
    `joint   ${architecture.embedDim} features`,
    `blocks  ${blocksText(architecture)}`,
  ].join('\n')
}

const activationTexts: Readonly<Record<BlockActivation, string>> = {
  'quick-gelu': 'quick GELU',
  gelu: 'exact GELU',
}

const formText = ({ activation, epsilon }: BlockForm): string =>
  `${activationTexts[activation]}, norms with an epsilon of ${epsilon.toExponential()}`

/** The form of blocks: in one clause where it is the same in both towers. A ResNet has no blocks for images. */
const blocksText = (architecture: ClipArchitecture): string => {
  const texts = formText(architecture.textBlocks)
  if (architecture.kind === 'resnet') return `of texts: ${texts}`
  const images = formText(architecture.visionBlocks)
  return texts === images ? texts : `of images: ${images}; of texts: ${texts}`
}

const resizeTexts: Readonly<Record<ImagePreprocessing['resize'], string>> = {
  shortest: 'shorter side resized, centre cropped',
  longest: 'longer side resized, the rest black',
  squash: 'stretched to the square',
}

const factsText = ({
  preprocessing,
  assumed,
  configurations,
  architecture,
}: InspectedClip): readonly string[] => {
  const { resize, interpolation, mean, deviation } = preprocessing
  return [
    `pixels  ${resizeTexts[resize]}, ${interpolation}; mean ${mean.join(', ')}; deviation ${deviation.join(', ')}`,
    `from    ${configurations.length === 0 ? 'the tensors alone: no configuration lies next to them' : configurations.join(', ')}`,
    ...(assumed.length === 0 ? [] : [`assumed ${assumed.map(assumptionInWords).join('; ')}`]),
    ...(architecture.vocabSize === clipVocabularySize
      ? []
      : [
          `tokens  not those of CLIP's tokenizer, which writes ${grouped(clipVocabularySize)}: texts cannot be read`,
        ]),
  ]
}

const misfitText = ({ misfit: { missing, unexpected, misshapen } }: InspectedClip): readonly string[] => [
  ...missing.map((name) => `missing: ${printable(name)}`),
  ...unexpected.map((name) => `unexpected: ${printable(name)}`),
  ...misshapen.map(
    ({ name, expected, found }) =>
      `wrong shape: ${printable(name)} is ${shown(found)} and must be ${shown(expected)}`,
  ),
]

const clipText = (clip: InspectedClip): string => {
  const { imageEncoder, textEncoder, logitScale } = clip.parameters
  const name = clip.backbone === undefined ? 'a CLIP' : `a CLIP of the sizes of ${clip.backbone}`
  return [
    `${name}, under ${possessive(clip.convention)} names`,
    '',
    sizesText(clip.architecture),
    ...factsText(clip),
    '',
    textTable(
      ['part', 'parameters'],
      [
        ['image encoder', String(imageEncoder)],
        ['text encoder', String(textEncoder)],
        ['logit scale', String(logitScale)],
        ['all', String(imageEncoder + textEncoder + logitScale)],
      ],
    ),
    ...(fits(clip.misfit) ? [] : ['', 'It does not fit:', ...misfitText(clip)]),
  ].join('\n')
}

/** A report as text: the CLIP, its metadata, its tensors. */
export const checkpointText = ({
  path,
  clip,
  types,
  elements,
  tensors,
  metadata,
}: CheckpointReport): string => {
  const kinds = Object.entries(types).map(([type, count]) => `${count} of ${type}`)
  const described = Object.entries(metadata).map(([key, value]) => `  ${printable(key)}: ${printable(value)}`)
  return [
    `${inert(path)}: ${E.isRight(clip) ? clipText(clip.right) : `it is ${clip.left}`}`,
    '',
    `${tensors.length} tensors (${kinds.join(', ')}), ${grouped(elements)} numbers`,
    ...(described.length === 0 ? [] : ['metadata', ...described]),
    '',
    textTable(
      ['tensor', 'type', 'shape'],
      tensors.map(({ name, type, shape }) => [printable(name), type, shown(shape)]),
    ),
  ].join('\n')
}

/** A report as one object, for JSON. */
export const checkpointJson = ({ clip, ...report }: CheckpointReport): unknown => ({
  ...report,
  ...(E.isRight(clip)
    ? { clip: { ...clip.right, backbone: clip.right.backbone ?? null, fits: fits(clip.right.misfit) } }
    : { clip: null, noClip: clip.left }),
})
