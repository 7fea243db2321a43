/**
 * DAPL (Ge et al. 2022, "Domain adaptation via prompt learning", arXiv 2202.06687, sec. 3.2): a context of each class
 * that domains share, then a context of each domain that classes share. An image is classified among all classes of both
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
import { sharedTraining } from '../training-defaults.js'
import { add, axis, broadcastTo, cast, concat, expandDims } from '../../dsl/index.js'
import { greaterEqual, parameter, sized, slice } from '../../dsl/index.js'
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
  /** τ of eq. 9, how probable a guess must be to be taken for a label: 0.5 or 0.6 in the released runs on VisDA-2017. */
  threshold: probability,
})

export type DaplSettings = Readonly<t.TypeOf<typeof daplSettings>>

/**
 * DAPL on a CLIP.
 *
 * @example
 * const { total } = dapl(openAiTowers(architecture), { contextTokens: 16, threshold: 0.6 }).loss(adaptationBatch)
 */
export const dapl = (towers: ClipTowers, { contextTokens, threshold }: DaplSettings): PromptMethod => {
  const { width, embed, endsOf, encode } = towers.text
  const length = sized('C', contextTokens)

  /** [SOS] class context, domain context, class name . [EOT] */
  const texts = (domain: Domain, { tokens }: ClassPrompts): Tensor<['K', 'E']> => {
    const classes = axis(tokens, 0)
    const names = embed(tokens)
    const suffix = sized('S', Number(axis(tokens, 1).dim) - 1 - 2 * contextTokens)
    const ofClass = parameter(agnostic, [classes, length, width])
    const ofDomain = broadcastTo(expandDims(parameter(`${specific}.${domain}`, [length, width]), 0), [
      classes,
      length,
      width,
    ])
    const context = concat([slice(names, 1, 0, 1), ofClass, ofDomain], 1)
    return encode(concat([context, slice(names, 1, 1 + 2 * contextTokens, suffix)], 1), endsOf(tokens))
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
        ...context(agnostic, classCount),
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
  },
  defaults: { settings: { contextTokens: 16, threshold: 0.6 }, training: sharedTraining('sgd', 0.003) },
  learns: true,
  on: dapl,
})
