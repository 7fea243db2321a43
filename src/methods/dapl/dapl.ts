/**
 * DAPL (Ge et al. 2022, "Domain adaptation via prompt learning", arXiv 2202.06687, sec. 3.2): a context that domains share,
 * of each class or of all, then a context of each domain that classes share. An image is classified among all classes of both
 * domains at once; labels of the target are zero-shot CLIP's guesses, where it is sure.
 *
 * Where paper and released code (LeapLabTHU/DAPrompt, `trainers/dapl.py`) differ, this is the paper: the released code
 * classifies an image among the classes of its own domain alone, averages over the guesses that are sure instead of
 * over all images (eq. 9), and writes ", a <domain> image" after the name. Both multiply cosines by CLIP's scale, at a
 * temperature of 1 (eq. 1), and weigh both domains alike (eq. 10).
 */
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { probability } from '../../dsl/documents/probability.js'
import { defineMethod } from '../definition.js'
import { classContextTexts, sharedContextTexts } from '../context-texts.js'
import { releasedTraining } from '../training-defaults.js'
import { add, axis, broadcastTo, cast, concat, expandDims } from '../../dsl/index.js'
import { greaterEqual, parameter, sized } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { crossEntropy, weightedCrossEntropy } from '../../losses/index.js'
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
  contextTokens: positiveInteger,
  /** τ of eq. 9, how probable a guess must be to be taken for a label: 0.5 in the released configurations. */
  threshold: probability,
  /**
   * Whether the context that domains share is one for each class (`CSC`), or one for all. In the released configurations it
   * is one for each class with RN101, and one for all with RN50; there is none for other CLIPs, and none for each is the default.
   */
  classSpecificContext: t.union([t.boolean, t.literal('released')]),
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
 * const settings = { contextTokens: 16, threshold: 0.5, classSpecificContext: true }
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
      /** The classes of the image's own domain first, so that its labels are theirs. */
      const both = <B>(feature: Tensor<[B, 'E']>, own: Domain, other: Domain): Tensor<[B, 'K+K']> =>
        concat([logits(feature, own, prompts), logits(feature, other, prompts)], 1)
      const guess = pseudoLabels(towers, target, classTexts)
      const sure = cast(greaterEqual(guess.confidence, threshold), 'f32')
      const terms = {
        crossEntropy: crossEntropy(both(source.feature, 'source', 'target'), labels),
        pseudoLabels: weightedCrossEntropy(both(target.feature, 'target', 'source'), guess.labels, sure),
      }
      return { total: add(terms.crossEntropy, terms.pseudoLabels), terms }
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
  },
  defaults: {
    settings: { contextTokens: 16, threshold: 0.5, classSpecificContext: 'released' },
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
