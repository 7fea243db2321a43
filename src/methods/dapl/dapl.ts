/**
 * DAPL (Ge et al. 2022, "Domain adaptation via prompt learning", arXiv 2202.06687, sec. 3.2): a context that domains share,
 * of each class or of all, then a context of each domain that classes share. An image is classified among all classes of both
 * domains at once; labels of the target are zero-shot CLIP's guesses, where it is sure.
 *
 * The released code (LeapLabTHU/DAPrompt, `trainers/dapl.py`) differs from the paper: it classifies an image among the classes of
 * its own domain alone, averages over the guesses that are sure instead of over all images (eq. 9), and writes ", a <domain>
 * image" after the name. Settings choose the first two; the third is left out. Both multiply cosines by CLIP's scale, at a
 * temperature of 1 (eq. 1), and weigh both domains alike (eq. 10).
 */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import { literals } from '../../dsl/documents/literals.js'
import { probability } from '../../dsl/documents/probability.js'
import { defineMethod } from '../definition.js'
import { classContextTexts, sharedContextTexts } from '../context-texts.js'
import { releasedTraining } from '../training-defaults.js'
import { add, axis, broadcastTo, cast, concat, div, expandDims } from '../../dsl/index.js'
import { greaterEqual, maximum, mean, parameter, sized } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, crossEntropy, weightedCrossEntropy } from '../../losses/index.js'
import type { ClassPrompts, ClipTowers } from '../../model/index.js'
import { normalInitialiser } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import type { PromptMethod } from '../prompt-method.js'
import { pseudoLabels } from '../pseudo-labels.js'

const agnostic = 'prompt_learner.ctx'
const specific = 'prompt_learner.domainctx'

type Domain = 'source' | 'target'

const daplSettings = t.type({
  /** Vectors of each of the two contexts, M1 = M2: 16 in the released configuration. */
  contextTokens: sizeUpTo(1024),
  /** τ of eq. 9, how probable a guess must be to be taken for a label: 0.5 in the released configurations. */
  threshold: probability,
  /**
   * Whether every class has a context of its own (`CSC`), or all share one. In the released configurations every class has its own
   * with RN101, and all share one with RN50. There are none for other CLIPs, where all share one, the default of the released code.
   */
  classSpecificContext: t.union([t.boolean, t.literal('released')]),
  /** The classes that an image is told apart from: of both domains (the paper, eq. 6), or of its own (the released code). */
  softmaxOver: literals(['bothDomains', 'ownDomain']),
  /**
   * What the loss of the guesses is divided by: the number of images (the paper, eq. 9), or of those whose guess is sure (the released
   * code, where it is NaN without any; it is 0 then here).
   */
  averageOver: literals(['allImages', 'sureImages']),
})

export type DaplSettings = Readonly<t.TypeOf<typeof daplSettings>>

const classSpecific = (
  { classSpecificContext }: DaplSettings,
  { published }: Pick<ClipTowers, 'published'>,
): boolean => (classSpecificContext === 'released' ? published === 'RN101' : classSpecificContext)

/**
 * DAPL on a CLIP.
 *
 * @example
 * const settings = { ...definitionOf('dapl').defaults.settings, classSpecificContext: true }
 * const { total } = dapl(openAiTowers(architecture), settings).loss(adaptationBatch)
 */
export const dapl = (towers: ClipTowers, settings: DaplSettings): PromptMethod => {
  const { contextTokens, threshold } = settings
  const { text } = towers
  const { width } = text
  const length = sized('C', contextTokens)
  const forEachClass = classSpecific(settings, towers)

  /** [SOS] shared context, domain context, class name . [EOT] */
  const texts = (domain: Domain, prompts: ClassPrompts): Tensor<['K', 'E']> => {
    const ofDomain = parameter(`${specific}.${domain}`, [length, width])
    if (!forEachClass) {
      return sharedContextTexts(text, concat([parameter(agnostic, [length, width]), ofDomain], 0), prompts)
    }
    const shape = [axis(prompts.tokens, 0), length, width] as const
    const contexts = concat([parameter(agnostic, shape), broadcastTo(expandDims(ofDomain, 0), shape)], 1)
    return classContextTexts(text, contexts, prompts)
  }
  const logits = <B>(feature: Tensor<[B, 'E']>, domain: Domain, prompts: ClassPrompts): Tensor<[B, 'K']> =>
    sharedTextLogits(towers, feature, texts(domain, prompts))

  return {
    tag: 'Inductive',
    prompts: { tag: 'Placeholders', count: 2 * contextTokens },
    initialParameters: ({ key, classCount }) => {
      const context = (name: string, ...before: readonly number[]) => ({
        [name]: normalInitialiser(key, name, [...before, contextTokens, Number(width.dim)], 0.02),
      })
      return {
        ...context(agnostic, ...(forEachClass ? [classCount] : [])),
        ...context(`${specific}.source`),
        ...context(`${specific}.target`),
      }
    },
    isTrainable: (name) => name.startsWith('prompt_learner.'),
    loss: ({ source, labels, target, classTexts }) => {
      const { prompts } = classTexts
      const guess = pseudoLabels(towers, target, classTexts)
      const sure = cast(greaterEqual(guess.confidence, threshold), 'f32')
      /** The classes of the image's own domain first, so that its labels are theirs. */
      const both = <B>(feature: Tensor<[B, 'E']>, own: Domain, other: Domain): Tensor<[B, 'K+K']> =>
        concat([logits(feature, own, prompts), logits(feature, other, prompts)], 1)
      const [onSource, onTarget] =
        settings.softmaxOver === 'bothDomains'
          ? [
              crossEntropy(both(source.feature, 'source', 'target'), labels),
              weightedCrossEntropy(both(target.feature, 'target', 'source'), guess.labels, sure),
            ]
          : [
              crossEntropy(logits(source.feature, 'source', prompts), labels),
              weightedCrossEntropy(logits(target.feature, 'target', prompts), guess.labels, sure),
            ]
      const terms = {
        crossEntropy: onSource,
        pseudoLabels:
          settings.averageOver === 'allImages' ? onTarget : div(onTarget, maximum(mean(sure, 0), 1e-6)),
      }
      const onOwn = accuracy(logits(source.feature, 'source', prompts), labels)
      return { total: add(terms.crossEntropy, terms.pseudoLabels), terms, accuracy: onOwn }
    },
    predict: ({ feature }, { prompts }) => logits(feature, 'target', prompts),
  }
}

export const daplDefinition = defineMethod({
  name: 'dapl',
  title: 'DAPL',
  settings: daplSettings,
  descriptions: {
    contextTokens: 'learned vectors of each of the two contexts',
    threshold: 'how probable a guess must be to be learned from',
    classSpecificContext:
      'whether every class has a context of its own, true or false; true is released for RN101',
    softmaxOver:
      'the classes that an image is told apart from: bothDomains as in the paper, ownDomain as released',
    averageOver: 'what guesses are averaged over: allImages as in the paper, sureImages as released',
  },
  defaults: {
    settings: {
      contextTokens: 16,
      threshold: 0.5,
      classSpecificContext: 'released',
      softmaxOver: 'bothDomains',
      averageOver: 'allImages',
    },
    training: {
      epochs: 25,
      epochShots: 'all',
      batch: 32,
      optimizer: 'sgd',
      learningRate: 0.003,
      schedule: 'per-batch',
      ...releasedTraining,
    },
  },
  learns: true,
  resolvedFor: (settings, towers) => ({
    ...settings,
    classSpecificContext: classSpecific(settings, towers),
  }),
  on: dapl,
})
