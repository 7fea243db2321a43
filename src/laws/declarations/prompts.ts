/** The laws of prompts: features of prompts whose context is an image's, and contexts that start as a template. */
import { axis } from '../../dsl/index.js'
import type { TensorValue } from '../../dsl/index.js'
import { templateContext } from '../../model/towers/template-context.js'
import { addToTemplate } from '../../methods/ad-clip/add-to-template.js'
import { promptFeatures } from '../../model/index.js'
import { templateMixing } from '../../methods/index.js'
import { activations, size } from '../argument.js'
import { rowsIndependent } from '../catalogue/batch.js'
import { finite, finiteGradients } from '../catalogue/bounds.js'
import { affineIn } from '../catalogue/convexity.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../catalogue/gradients.js'
import { unchanged } from '../catalogue/invariance.js'
import { knownValue } from '../catalogue/known-values.js'
import { outputShape, parameterCount } from '../catalogue/layers.js'
import { equivariantToOrder } from '../catalogue/order.js'
import { closeInFloat32 } from '../catalogue/precision.js'
import { declareLaws } from '../declaration.js'
import { elementAt, mapElements, realTensor } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import { classPrompts, otherTokens } from './class-prompts.js'
import { textClip, textTower, textTowerCount } from './small-clip.js'

const ordinary = [finite, finiteGradients, gradientIsSlope, gradientOfGradientIsSlope] as const

export const promptFeaturesLaws = declareLaws(
  (context, prompts, vocabulary, heads, headWidth, features) =>
    promptFeatures(textClip(vocabulary, heads, headWidth, axis(prompts, 1), features))(context, {
      tokens: prompts,
    }),
  {
    name: 'promptFeatures',
    takes: [
      activations('context', ['B', 'C', 'Ht*Et']),
      classPrompts(({ C = 0 }) => C),
      size('V'),
      size('Ht'),
      size('Et'),
      size('E'),
    ],
    sizes: { B: [1, 2], C: [1, 2], K: [1, 3], X: [4, 5], V: [2, 4], Ht: [1, 2], Et: [1, 2], E: [1, 2] },
    laws: [
      rowsIndependent('B', 0),
      equivariantToOrder('B', 0),
      rowsIndependent('K', 1),
      equivariantToOrder('K', 1),
      unchanged({
        words: 'with other tokens after the end of the text',
        of: ['prompts'],
        values: (trial) => otherTokens(trial, (position, end) => position > end),
      }),
      unchanged({
        words: 'with other tokens where the context goes',
        of: ['prompts'],
        values: (trial) =>
          otherTokens(trial, (position) => position > 0 && position <= (trial.sizes['C'] ?? 0)),
      }),
      outputShape('[B,K,E]', ({ B = 0, K = 0, E = 0 }) => [B, K, E]),
      parameterCount(
        'V W + X W + 12 W² + 13 W + 2 W + W E, W = Ht Et',
        ({ V = 0, X = 0, Ht = 0, Et = 0, E = 0 }) => V * Ht * Et + textTowerCount(Ht * Et, X, E),
      ),
      ...ordinary,
      closeInFloat32(1e-4, 'output'),
    ],
  },
)

/** Words of the template. */
const words = 2

const withOtherNames = unchanged({
  words: 'with other names of the classes',
  of: ['prompts'],
  values: (trial) => otherTokens(trial, (position, end) => position > words && position < end),
})

/** The embeddings of the words of the first prompt, `batch` times. */
const wordEmbeddings = ({ values, sizes: { width = 0 } }: Trial, batch: number): TensorValue | number => {
  const { prompts, 'token_embedding.weight': table } = values
  if (prompts === undefined || table === undefined) return Number.NaN
  return realTensor([batch, words, width], (flat) => {
    const word = Math.floor(flat / width) % words
    return elementAt(table, elementAt(prompts, 1 + word) * width + (flat % width))
  })
}

export const templateContextLaws = declareLaws(
  (prompts, vocabulary, width) => templateContext(textTower(vocabulary, width), words)({ tokens: prompts }),
  {
    name: 'templateContext',
    takes: [classPrompts(() => words), size('V'), size('width')],
    sizes: { K: [1, 3], X: [4, 5], V: [2, 4], width: [1, 4] },
    laws: [
      withOtherNames,
      knownValue({
        words: "the embeddings of the template's words",
        of: ['prompts'],
        values: () => ({}),
        is: (trial) => wordEmbeddings(trial, 1),
      }),
      outputShape(`[1,${words},width]`, ({ width = 0 }) => [1, words, width]),
      parameterCount('V width', ({ V = 0, width = 0 }) => V * width),
      ...ordinary,
      closeInFloat32(),
    ],
  },
)

export const addToTemplateLaws = declareLaws(
  (tokens, prompts, vocabulary, width) =>
    addToTemplate(textTower(vocabulary, width), words)(tokens, { tokens: prompts }),
  {
    name: 'addToTemplate',
    takes: [activations('tokens', ['B', 'N', 'width']), classPrompts(() => words), size('V'), size('width')],
    sizes: { B: [1, 3], N: [1, 3], K: [1, 3], X: [4, 5], V: [2, 4], width: [1, 4] },
    laws: [
      rowsIndependent('B', 0),
      equivariantToOrder('B', 0),
      affineIn('tokens'),
      withOtherNames,
      knownValue({
        words: "the embeddings of the template's words where the mixing is 0",
        of: ['tokens', 'prompts'],
        values: ({ values: { [templateMixing]: mixing } }) => ({
          [templateMixing]: mixing === undefined ? undefined : mapElements(mixing, () => 0),
        }),
        is: (trial) => wordEmbeddings(trial, trial.sizes['B'] ?? 0),
      }),
      outputShape(`[B,${words},width]`, ({ B = 0, width = 0 }) => [B, words, width]),
      parameterCount('V width + 2 N', ({ V = 0, width = 0, N = 0 }) => V * width + words * N),
      ...ordinary,
      closeInFloat32(),
    ],
  },
)
