/**
 * PDA (Bai et al. 2024, "Prompt-based distribution alignment for unsupervised domain adaptation", AAAI 2024, arXiv 2312.09553): a base
 * branch learns prompts between the blocks of both towers; an alignment branch lets features attend to banks of both domains' surest
 * images.
 *
 * It is the released code (BaiShuanghao/Prompt-based-Distribution-Alignment, `trainers/da/pda.py`), whose formulas are stated on the page
 * of methods.
 */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import { nonNegative } from '../../dsl/documents/number-in.js'
import { probability } from '../../dsl/documents/probability.js'
import {
  add,
  axis,
  cast,
  div,
  greaterEqual,
  l2Normalize,
  maximum,
  mean,
  mul,
  parameter,
  sized,
} from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, crossEntropy, weightedCrossEntropy } from '../../losses/index.js'
import type { ClipTowers, DeepPrompts, EncodedImages } from '../../model/index.js'
import { linearInitialiser, linearLayer, normalInitialiser } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import type { NamedValues } from '../../values/named-values.js'
import type { RandomKey } from '../../values/random-key.js'
import { sharedContextTexts } from '../context-texts.js'
import { defineMethod } from '../definition.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'
import { pseudoLabels } from '../pseudo-labels.js'
import { releasedTraining } from '../training-defaults.js'
import { featureBank } from './feature-bank.js'
import type { FeatureBanks } from './image-guided-tuning.js'
import { imageGuidedTuning, initialTuning, isTuningParameter } from './image-guided-tuning.js'

const pdaSettings = t.type({
  /** Prompts of each block of a tower: 2. */
  promptTokens: sizeUpTo(1024),
  /** Blocks after the first whose prompts of images are made of those of texts: 6. */
  sharedBlocks: sizeUpTo(1024),
  /** Images of each class and domain that a bank holds: 5. */
  bankSize: sizeUpTo(65_536),
  /** How probable a guess must be to be learned from: 0.8 for Office-Home, 0.6 for VisDA-2017, 0.9 for Office-31. */
  threshold: probability,
  /** β: the factor of the logits by each bank, 0.1. */
  bankWeight: nonNegative,
  /** The factor of the alignment branch's logits in predictions: 0.5. */
  alignmentWeight: nonNegative,
})

export type PdaSettings = Readonly<t.TypeOf<typeof pdaSettings>>

const learner = 'prompt_learner'
const names = {
  context: `${learner}.ctx`,
  firstOfImages: `${learner}.proj`,
  /** Of the texts before block i + 1. */
  ofTexts: (i: number) => `${learner}.deep_ctx.${i}`,
  /** Makes the prompts of images before block i + 1 of those of texts. */
  fromTexts: (i: number) => `${learner}.deep_prompt_proj.${i}`,
  /** Of images before block i + 1, where they are their own. */
  ofImages: (i: number) => `${learner}.deep_vctx.${i}`,
  bank: (domain: 'source' | 'target') => `bank.${domain}`,
} as const

/** Blocks after the first of both towers, and those of them that share prompts. */
const blocksOf = (
  { prompted }: Pick<ClipTowers, 'prompted'>,
  { sharedBlocks }: Pick<PdaSettings, 'sharedBlocks'>,
) => {
  const [texts, images] = [(prompted?.text.blocks ?? 1) - 1, (prompted?.images?.blocks ?? 1) - 1]
  return { texts, images, shared: Math.min(sharedBlocks, texts, images) }
}

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i)

/** The prompts of both towers. */
const deepPrompts = (towers: ClipTowers, settings: PdaSettings) => {
  const { text, prompted } = towers
  const count = sized('P', settings.promptTokens)
  const { texts, images, shared } = blocksOf(towers, settings)
  const context = parameter(names.context, [count, text.width])
  const ofTexts = (i: number): Tensor<['P', 'width']> => parameter(names.ofTexts(i), [count, text.width])
  const inTexts: DeepPrompts<'P', 'width'> = [context, ...numbers(0, texts).map(ofTexts)]
  if (prompted?.images === undefined) return { inTexts, inImages: undefined }
  const { width } = prompted.images
  const inImages: DeepPrompts<'P', 'imageWidth'> = [
    linearLayer(names.firstOfImages, text.width, width)(context),
    ...numbers(0, shared).map((i) => linearLayer(names.fromTexts(i), text.width, width)(ofTexts(i))),
    ...numbers(shared, images).map((i) => parameter(names.ofImages(i), [count, width])),
  ]
  return { inTexts, inImages }
}

const initialPrompts = (key: RandomKey, towers: ClipTowers, settings: PdaSettings): NamedValues => {
  const { promptTokens } = settings
  const { texts, images, shared } = blocksOf(towers, settings)
  const width = Number(towers.text.width.dim)
  const drawn = (name: string, features: number): NamedValues => ({
    [name]: normalInitialiser(key, name, [promptTokens, features], 0.02),
  })
  const imageWidth = towers.prompted?.images?.width
  const ofImages =
    imageWidth === undefined
      ? []
      : [
          linearInitialiser(key, names.firstOfImages, width, Number(imageWidth.dim)),
          ...numbers(0, shared).map((i) =>
            linearInitialiser(key, names.fromTexts(i), width, Number(imageWidth.dim)),
          ),
          ...numbers(shared, images).map((i) => drawn(names.ofImages(i), Number(imageWidth.dim))),
        ]
  return Object.assign(
    drawn(names.context, width),
    ...numbers(0, texts).map((i) => drawn(names.ofTexts(i), width)),
    ...ofImages,
  )
}

/**
 * PDA on a CLIP. Terms of its loss: `crossEntropy` and `alignedCrossEntropy` of labels, by the base branch and by the alignment branch,
 * and `pseudoLabels` and `alignedPseudoLabels` of zero-shot CLIP's guesses.
 *
 * Where a tower has no place for prompts between its blocks, those of texts before the first block are learned alone, as the released
 * code does with the images of a ResNet.
 *
 * @example
 * const { settings } = definitionOf('pda').defaults
 * const { total } = pda(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const pda = (towers: ClipTowers, settings: PdaSettings): PromptMethod => {
  const { text, embedding, prompted } = towers
  const { threshold, bankWeight, alignmentWeight, bankSize, promptTokens } = settings
  const { inTexts, inImages } = deepPrompts(towers, settings)
  const { tuned, known, updates } = imageGuidedTuning(towers, bankWeight)

  const textFeatures = ({ prompts }: ClassTexts): Tensor<['K', 'E']> =>
    prompted === undefined
      ? sharedContextTexts(text, inTexts[0], prompts)
      : prompted.text.encode(prompts, inTexts)
  const imageFeatures = <B>({ feature, pixels }: EncodedImages<B>): Tensor<[B, 'E']> =>
    prompted?.images === undefined || inImages === undefined
      ? feature
      : prompted.images.encode(pixels, inImages)
  const banks = ({ zeroShot }: ClassTexts): FeatureBanks => {
    const of = (domain: 'source' | 'target') => parameter(names.bank(domain), [axis(zeroShot, 0), embedding])
    return { source: of('source'), target: of('target') }
  }

  return {
    tag: 'Inductive',
    prompts: { tag: 'Placeholders', count: promptTokens },
    initialParameters: ({ key, images: { source, target } }) => ({
      ...initialPrompts(key, towers, settings),
      ...initialTuning(key, Number(embedding.dim)),
      [names.bank('source')]: featureBank(source, bankSize, source.labels),
      [names.bank('target')]: featureBank(target, bankSize),
    }),
    isTrainable: (name) => name.startsWith(`${learner}.`) || isTuningParameter(name),
    loss: ({ source, labels, target, classTexts }) => {
      const texts = l2Normalize(textFeatures(classTexts))
      const [ofSource, ofTarget] = [imageFeatures(source), imageFeatures(target)] as const
      const [sourceLogits, targetLogits] = [
        sharedTextLogits(towers, ofSource, texts),
        sharedTextLogits(towers, ofTarget, texts),
      ] as const
      const bank = banks(classTexts)
      const onSource = tuned(l2Normalize(ofSource), texts, bank, { state: known(), training: true })
      const onTarget = tuned(l2Normalize(ofTarget), texts, bank, { state: onSource.state, training: true })
      const guess = pseudoLabels(towers, target, classTexts)
      const sure = cast(greaterEqual(guess.confidence, threshold), 'f32')
      /** The mean over the guesses that are sure; 0 where there are none. */
      const onGuesses = (logits: typeof targetLogits): Tensor<[]> =>
        div(weightedCrossEntropy(logits, guess.labels, sure), maximum(mean(sure, 0), 1e-6))
      const terms = {
        crossEntropy: crossEntropy(sourceLogits, labels),
        alignedCrossEntropy: crossEntropy(onSource.logits, labels),
        pseudoLabels: onGuesses(targetLogits),
        alignedPseudoLabels: onGuesses(onTarget.logits),
      }
      return {
        total: add(
          add(terms.crossEntropy, terms.alignedCrossEntropy),
          add(terms.pseudoLabels, terms.alignedPseudoLabels),
        ),
        terms,
        accuracy: accuracy(sourceLogits, labels),
        representations: [ofSource, ofTarget],
        updates: updates(onTarget.state),
      }
    },
    predict: (images, classTexts) => {
      const texts = l2Normalize(textFeatures(classTexts))
      const feature = imageFeatures(images)
      const aligned = tuned(l2Normalize(feature), texts, banks(classTexts), {
        state: known(),
        training: false,
      })
      return add(sharedTextLogits(towers, feature, texts), mul(aligned.logits, alignmentWeight))
    },
  }
}

export const pdaDefinition = defineMethod({
  name: 'pda',
  title: 'PDA',
  settings: pdaSettings,
  descriptions: {
    promptTokens: 'learned vectors before each block of a tower',
    sharedBlocks: 'blocks after the first whose prompts of images are made of those of texts',
    bankSize: 'images of each class and domain that features attend to',
    threshold: 'how probable a guess must be to be learned from',
    bankWeight: 'factor of the logits by each bank',
    alignmentWeight: 'factor of the alignment branch in predictions',
  },
  defaults: {
    settings: {
      promptTokens: 2,
      sharedBlocks: 6,
      bankSize: 5,
      threshold: 0.8,
      bankWeight: 0.1,
      alignmentWeight: 0.5,
    },
    training: {
      epochs: 10,
      epochShots: 'all',
      batch: 32,
      optimizer: 'sgd',
      learningRate: 0.003,
      schedule: 'per-epoch',
      ...releasedTraining,
    },
  },
  learns: true,
  reads: { tables: ['pixels'], strongViews: false },
  on: pda,
})
