/**
 * DAMP (Du et al. 2024, "Domain-agnostic mutual prompting for unsupervised domain adaptation", CVPR 2024, arXiv 2403.02899): texts are
 * changed by the tokens of an image, and the image's feature by the learned context of texts, both through one decoder. Steps see each
 * image under a weak and a strong view.
 *
 * It is the released code (TL-UESTC/DAMP, `trainers/damp.py`), whose formulas are stated on the page of methods.
 */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import { nonNegative, numberIn } from '../../dsl/documents/number-in.js'
import { probability } from '../../dsl/documents/probability.js'
import { fromZeroBelowOne } from '../../dsl/setting.js'
import {
  add,
  argMax,
  axis,
  broadcastTo,
  cast,
  diagonal,
  div,
  expandDims,
  floor,
  greaterEqual,
  l2Normalize,
  log,
  logSoftmax,
  matmul,
  max,
  maximum,
  mean,
  mul,
  neg,
  parameter,
  sized,
  slice,
  softmax,
  splitKey,
  squeeze,
  stopGradient,
  sub,
  sum,
  transposeLast,
} from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, crossEntropy, weightedCrossEntropy } from '../../losses/index.js'
import type { ClipTowers, EncodedImages } from '../../model/index.js'
import { constantInitialiser, normalInitialiser } from '../../model/index.js'
import { ownTextLogits, sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { withPrompt } from '../../model/prompted-transformer.js'
import { foldIn } from '../../values/random-key.js'
import { tensorValue } from '../../values/value.js'
import { sharedContextTexts } from '../context-texts.js'
import { defineMethod } from '../definition.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'
import { releasedTraining } from '../training-defaults.js'
import type { Dropping } from './context-decoder.js'
import { contextDecoder, droppingBy, droppingNothing, initialContextDecoder } from './context-decoder.js'

const dampSettings = t.type({
  /** Learned vectors before the name of a class, which classes and domains share: 32. */
  contextTokens: sizeUpTo(1024),
  /** τ: how probable a guess must be to be learned from; 0.5, and 0.6 for Office-Home. */
  threshold: probability,
  /** The factor of the losses of guesses: 1, and 2 for VisDA-2017. */
  pseudoLabelWeight: nonNegative,
  /** The sizes of the decoder: 6 layers of 4 heads of 64 features. */
  decoderLayers: sizeUpTo(64),
  decoderHeads: sizeUpTo(64),
  headWidth: sizeUpTo(1024),
  /** The probability that an element of the decoder is dropped in a step: 0.1. */
  dropout: numberIn(fromZeroBelowOne),
})

export type DampSettings = Readonly<t.TypeOf<typeof dampSettings>>

const names = {
  context: 'prompt_learner.ctx',
  textFactor: 'prompt_learner.gamma_t',
  imageFactor: 'prompt_learner.gamma_v',
  steps: 'state.steps',
  key: 'state.key',
} as const

/** How much of what the decoder says is added, at the start. */
const firstFactor = 0.01

/** Features of images and of each image's own texts of classes, of unit length, and logits. */
interface Prompted<B> {
  readonly image: Tensor<[B, 'E']>
  readonly texts: Tensor<[B, 'K', 'E']>
  readonly logits: Tensor<[B, 'K']>
}

/**
 * How well an image finds its own texts among those of all images of a batch, and texts their image: cross entropies of the cosines of
 * each image with each image's texts, on average over classes, times CLIP's scale.
 */
const instanceDiscrimination = <B>(
  { logitScale }: Pick<ClipTowers, 'logitScale'>,
  { image, texts }: Prompted<B>,
): Tensor<[]> => {
  const cosines = mul(matmul(image, transposeLast(mean(texts, 1))), logitScale)
  const itself = (logits: typeof cosines): Tensor<[]> => neg(mean(diagonal(logSoftmax(logits, -1)), 0))
  return mul(add(itself(cosines), itself(transposeLast(cosines))), 0.5)
}

/** Added to probabilities before their logarithm is taken. */
const leastProbability = 1e-5

/** The mean entropy of predictions less the entropy of the mean prediction, as released. */
const informationLoss = <B>(logits: Tensor<[B, 'K']>): Tensor<[]> => {
  const probabilities = softmax(logits, -1)
  const average = add(mean(probabilities, 0), leastProbability)
  const uncertain = neg(mean(sum(mul(probabilities, log(add(probabilities, leastProbability))), 1), 0))
  return add(uncertain, sum(mul(average, log(average))))
}

/**
 * DAMP on a CLIP. Terms of its loss: `crossEntropy` and `strongCrossEntropy` of labels, `pseudoLabels` and `strongPseudoLabels` of
 * guesses, `sourceInstances` and `targetInstances`, and `information`.
 *
 * @example
 * const { settings } = definitionOf('damp').defaults
 * const { total } = damp(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const damp = (towers: ClipTowers, settings: DampSettings): PromptMethod => {
  const { contextTokens, threshold, pseudoLabelWeight, dropout } = settings
  const { text, embedding } = towers
  const context = parameter(names.context, [sized('C', contextTokens), text.width])
  const decoder = contextDecoder(embedding, settings)
  const [textFactor, imageFactor] = [
    parameter(names.textFactor, [1]),
    parameter(names.imageFactor, [1]),
  ] as const

  /** What the text encoder makes of [SOS] and the context before its last vector: [1,C,E]. */
  const encodedContext = ({ prompts: { tokens } }: ClassTexts): Tensor<[1, 'C', 'E']> => {
    const first = withPrompt(text.embed(slice(tokens, 0, 0, 1)), context)
    return slice(text.encodeTokens(first), 1, 0, axis(context, 0))
  }

  const prompted = <B>(images: EncodedImages<B>, classTexts: ClassTexts, drop: Dropping): Prompted<B> => {
    const batch = axis(images.feature, 0)
    const shared = sharedContextTexts(text, context, classTexts.prompts)
    const texts = broadcastTo(expandDims(shared, 0), [batch, axis(shared, 0), embedding])
    const ofImage = squeeze(
      decoder.byShared(expandDims(images.feature, 1), encodedContext(classTexts), (x, name) =>
        drop(x, `image.${name}`),
      ),
      1,
    )
    const ofTexts = decoder.byOwn(texts, images.tokens, (x, name) => drop(x, `texts.${name}`))
    const image = add(images.feature, mul(ofImage, imageFactor))
    const unitTexts = l2Normalize(add(texts, mul(ofTexts, textFactor)))
    return { image: l2Normalize(image), texts: unitTexts, logits: ownTextLogits(towers, image, unitTexts) }
  }

  /** The classes that are most probable to zero-shot CLIP and the method together, the method's share growing over epochs. */
  const guesses = <B>(
    zeroShot: Tensor<[B, 'K']>,
    own: Tensor<[B, 'K']>,
    share: Tensor<[]>,
  ): { readonly labels: Tensor<[B], 'i32'>; readonly sure: Tensor<[B]> } => {
    const mixed = stopGradient(add(mul(softmax(own, -1), share), mul(softmax(zeroShot, -1), sub(1, share))))
    return { labels: argMax(mixed, 1), sure: cast(greaterEqual(max(mixed, 1), threshold), 'f32') }
  }

  return {
    tag: 'Inductive',
    prompts: { tag: 'Placeholders', count: contextTokens },
    initialParameters: ({ key }) => ({
      [names.context]: normalInitialiser(key, names.context, [contextTokens, Number(text.width.dim)], 0.02),
      [names.textFactor]: constantInitialiser([1], firstFactor),
      [names.imageFactor]: constantInitialiser([1], firstFactor),
      ...initialContextDecoder(key, Number(embedding.dim), settings),
      [names.steps]: constantInitialiser([], 0),
      [names.key]: tensorValue('i32', [2], [...foldIn(key, 0)]),
    }),
    isTrainable: (name) => /^(prompt_learner|context_decoder)\./.test(name),
    loss: ({ source, labels, target, strong, classTexts, stepsPerEpoch, epochs }) => {
      const steps = parameter(names.steps, [])
      const [nextKey, dropoutKey] = splitKey(parameter(names.key, [2], 'i32'), 2)
      const epoch = floor(div(add(steps, 0.5), stepsPerEpoch))
      const seen = <B>(images: EncodedImages<B>, place: string): Prompted<B> =>
        prompted(images, classTexts, droppingBy(dropout, dropoutKey, place))
      const [ofSource, ofTarget] = [seen(source, 'source'), seen(target, 'target')] as const
      const [strongSource, strongTarget] = [
        seen(strong.source, 'strong.source'),
        seen(strong.target, 'strong.target'),
      ] as const
      const zeroShot = sharedTextLogits(towers, target.feature, classTexts.zeroShot)
      const guess = guesses(zeroShot, ofTarget.logits, div(epoch, epochs))
      const share = maximum(mean(guess.sure, 0), 1e-6)
      /** The mean over the guesses that are sure; 0 where there are none. */
      const onGuesses = (logits: typeof ofTarget.logits): Tensor<[]> =>
        div(weightedCrossEntropy(logits, guess.labels, guess.sure), share)
      const terms = {
        crossEntropy: crossEntropy(ofSource.logits, labels),
        strongCrossEntropy: crossEntropy(strongSource.logits, labels),
        pseudoLabels: onGuesses(ofTarget.logits),
        strongPseudoLabels: onGuesses(strongTarget.logits),
        sourceInstances: instanceDiscrimination(towers, ofSource),
        targetInstances: instanceDiscrimination(towers, ofTarget),
        information: informationLoss(ofTarget.logits),
      }
      const supervised = add(terms.crossEntropy, terms.strongCrossEntropy)
      const guessed = mul(add(terms.pseudoLabels, terms.strongPseudoLabels), pseudoLabelWeight)
      const instances = add(terms.sourceInstances, terms.targetInstances)
      return {
        total: add(add(supervised, guessed), add(instances, terms.information)),
        terms,
        accuracy: accuracy(ofSource.logits, labels),
        // What dropout draws for an image depends on its place in the batch: such a step cannot be taken in parts.
        ...(dropout > 0
          ? {}
          : {
              representations: [ofSource, ofTarget, strongSource, strongTarget].flatMap(
                ({ image, texts }) => [image, texts],
              ),
            }),
        updates: { [names.steps]: add(steps, 1), [names.key]: nextKey },
      }
    },
    predict: (images, classTexts) => prompted(images, classTexts, droppingNothing).logits,
  }
}

export const dampDefinition = defineMethod({
  name: 'damp',
  title: 'DAMP',
  settings: dampSettings,
  descriptions: {
    contextTokens: 'learned vectors before the name of a class',
    threshold: 'how probable a guess must be to be learned from',
    pseudoLabelWeight: 'factor of the losses of guesses',
    decoderLayers: 'layers of the decoder by which images and texts prompt each other',
    decoderHeads: 'heads of its attention',
    headWidth: 'features of each of its heads',
    dropout: 'probability that an element of it is dropped',
  },
  defaults: {
    settings: {
      contextTokens: 32,
      threshold: 0.5,
      pseudoLabelWeight: 1,
      decoderLayers: 6,
      decoderHeads: 4,
      headWidth: 64,
      dropout: 0.1,
    },
    training: {
      epochs: 30,
      epochShots: 'all',
      batch: 32,
      optimizer: 'adam',
      learningRate: 0.003,
      schedule: 'per-batch',
      ...releasedTraining,
      augmentation: 'none',
    },
  },
  learns: true,
  // It maximises the entropy of the mean prediction.
  takesClassesAsEven: () => true,
  reads: { tables: ['tokens'], strongViews: true },
  on: damp,
})
