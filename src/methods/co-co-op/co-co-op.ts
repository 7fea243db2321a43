/**
 * CoCoOp (Zhou et al. 2022, "Conditional prompt learning for vision-language models", CVPR, sec. 3.2): CoOp's context
 * plus a token that a small network makes of each image's feature; it begins as the words of a template.
 */
import * as t from 'io-ts'
import type { TemplateFacts } from '../definition.js'
import { defineMethod } from '../definition.js'
import { releasedTraining } from '../training-defaults.js'
import { add, axis, broadcastTo, expandDims, l2Normalize, parameter, relu, sized } from '../../dsl/index.js'
import type { Tensor } from '../../dsl/index.js'
import { accuracy, crossEntropy } from '../../losses/index.js'
import type { ClipTowers } from '../../model/index.js'
import { linearInitialiser, initialTemplateContext, linearLayer } from '../../model/index.js'
import { ownTextLogits } from '../../model/towers/cosine-logits.js'
import type { ClassTexts, PromptMethod } from '../prompt-method.js'

const context = 'prompt_learner.ctx'
const network = 'prompt_learner.meta_net'

/** The meta-network's hidden layer is a sixteenth of the embedding (KaiyangZhou/CoOp, `trainers/cocoop.py`). */
const hiddenWidth = (embedding: number): number => Math.max(Math.floor(embedding / 16), 1)

/**
 * CoCoOp on a CLIP: every vector of the context plus linear2(relu(linear1(image feature of unit length))).
 * `templateTokens`: words of the template before the name; the paper's are the four of "a photo of a".
 *
 * @example
 * const { total } = coCoOp(openAiTowers(architecture), { templateTokens: 4 }).loss(adaptationBatch)
 */
export const coCoOp = (towers: ClipTowers, { templateTokens }: TemplateFacts): PromptMethod => {
  const { embedding, text } = towers
  const [inputs, width] = [Number(embedding.dim), Number(text.width.dim)]
  const hidden = sized('hidden', hiddenWidth(inputs))
  const count = sized('C', templateTokens)
  const vectors = parameter(context, [count, text.width])
  const inner = linearLayer(`${network}.linear1`, embedding, hidden)
  const outer = linearLayer(`${network}.linear2`, hidden, text.width)
  const texts = <B>(feature: Tensor<[B, 'E']>, { prompts }: ClassTexts) => {
    const shape = [axis(feature, 0), count, text.width] as const
    const token = outer(relu(inner(l2Normalize(feature))))
    const contexts = add(broadcastTo(vectors, shape), broadcastTo(expandDims(token, 1), shape))
    return text.encodePrompts(contexts, prompts)
  }
  const predict: PromptMethod['predict'] = ({ feature }, classTexts) =>
    ownTextLogits(towers, feature, l2Normalize(texts(feature, classTexts)))
  return {
    tag: 'Inductive',
    prompts: { tag: 'Template' },
    initialParameters: ({ key, clipWeights, promptRows }) => ({
      ...linearInitialiser(key, `${network}.linear1`, inputs, hiddenWidth(inputs)),
      ...linearInitialiser(key, `${network}.linear2`, hiddenWidth(inputs), width),
      [context]: initialTemplateContext(clipWeights[text.embeddingTable], promptRows, templateTokens),
    }),
    isTrainable: (name) => name.startsWith('prompt_learner.'),
    loss: ({ source, labels, classTexts }) => {
      const logits = predict(source, classTexts)
      const total = crossEntropy(logits, labels)
      return {
        total,
        terms: { crossEntropy: total },
        accuracy: accuracy(logits, labels),
        representations: [texts(source.feature, classTexts)],
      }
    },
    predict,
  }
}

export const coCoOpDefinition = defineMethod({
  name: 'cocoop',
  title: 'CoCoOp',
  settings: t.type({}),
  descriptions: {},
  defaults: {
    settings: {},
    training: {
      epochs: 10,
      epochShots: 16,
      batch: 1,
      optimizer: 'sgd',
      learningRate: 0.002,
      schedule: 'per-epoch',
      ...releasedTraining,
    },
  },
  learns: true,
  on: (towers, _, template) => coCoOp(towers, template),
})
