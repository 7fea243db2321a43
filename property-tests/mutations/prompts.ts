/** Features of prompts, and contexts that start as a template, wrongly. */
import * as d from '../../src/dsl/index.js'
import { promptFeatures, textEncoder, tokenEmbedding } from '../../src/model/index.js'
import { templateMixing } from '../../src/methods/index.js'
import { sharedPrefixTextEncoder } from '../../src/model/clip/text-encoder.js'
import { addToTemplate } from '../../src/methods/ad-clip/add-to-template.js'
import {
  addToTemplateLaws,
  promptFeaturesLaws,
  templateContextLaws,
} from '../../src/laws/declarations/prompts.js'
import { textClip, textTower } from '../../src/laws/declarations/small-clip.js'
import { planted } from './planted-fault.js'

/** Words of the template. */
const words = 2

export const promptFaults = [
  planted(
    'context of the first image for all',
    'rows independent',
    promptFeaturesLaws.of((context, prompts, vocabulary, heads, headWidth, features) => {
      const clip = textClip(vocabulary, heads, headWidth, d.axis(prompts, 1), features)
      const shape = [d.axis(context, 0), d.axis(context, 1), d.axis(context, 2)] as const
      return promptFeatures(clip)(d.broadcastTo(d.slice(context, 0, 0, 1), shape), { tokens: prompts })
    }),
  ),
  planted(
    'features centred over the classes',
    'rows independent',
    promptFeaturesLaws.of((context, prompts, vocabulary, heads, headWidth, features) => {
      const clip = textClip(vocabulary, heads, headWidth, d.axis(prompts, 1), features)
      const found = promptFeatures(clip)(context, { tokens: prompts })
      return d.sub(found, d.mean(found, 1, { keepDims: true }))
    }),
  ),
  planted(
    'read at the last position',
    'unchanged',
    promptFeaturesLaws.of((context, prompts, vocabulary, heads, headWidth, features) => {
      const clip = textClip(vocabulary, heads, headWidth, d.axis(prompts, 1), features)
      const [before, length] = [Number(d.axis(context, 1).dim), Number(d.axis(prompts, 1).dim)]
      const ending = d.sized('S', length - before)
      const names = tokenEmbedding(clip)(d.slice(prompts, 1, before, ending))
      const ends = d.add(d.mul(d.argMax(prompts, 1), 0), length - before - 1)
      return sharedPrefixTextEncoder(clip)(context, names, d.uniformRagged(d.axis(prompts, 0), ending), ends)
    }),
  ),
  planted(
    'placeholders in the place of the context',
    'unchanged',
    promptFeaturesLaws.of((context, prompts, vocabulary, heads, headWidth, features) => {
      const clip = textClip(vocabulary, heads, headWidth, d.axis(prompts, 1), features)
      const whole = textEncoder(clip)(tokenEmbedding(clip)(prompts), d.argMax(prompts, 1))
      return d.broadcastTo(whole, [d.axis(context, 0), d.axis(prompts, 0), features])
    }),
  ),

  planted(
    'the words read from the start of the text',
    'known value',
    templateContextLaws.of((prompts, vocabulary, width) =>
      textTower(vocabulary, width).embed(d.slice(d.slice(prompts, 0, 0, 1), 1, 0, d.sized('words', words))),
    ),
  ),
  planted(
    'the words forgotten',
    'parameter count',
    addToTemplateLaws.of((tokens) => {
      const mixing = d.parameter(templateMixing, [d.sized('words', words), d.axis(tokens, 1)])
      return d.einsum('c n, b n d -> b c d', mixing, tokens)
    }),
  ),
  planted(
    'a ReLU on what is added',
    'affine',
    addToTemplateLaws.of((tokens, prompts, vocabulary, width) =>
      d.relu(addToTemplate(textTower(vocabulary, width), words)(tokens, { tokens: prompts })),
    ),
  ),
  planted(
    'the words read one position late, where the name begins',
    'unchanged',
    addToTemplateLaws.of((tokens, prompts, vocabulary, width) => {
      const later = d.slice(prompts, 1, 1, d.sized('X', Number(d.axis(prompts, 1).dim) - 1))
      return addToTemplate(textTower(vocabulary, width), words)(tokens, { tokens: later })
    }),
  ),
]
