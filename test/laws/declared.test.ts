import { describe, expect, it } from 'vitest'
import * as losses from '../../src/losses/index.js'
import * as initialPromptLearner from '../../src/methods/ad-clip/initial-prompt-learner.js'
import * as presets from '../../src/methods/ad-clip/presets.js'
import * as architecture from '../../src/model/clip/architecture.js'
import * as clipTensors from '../../src/model/clip/clip-tensors.js'
import * as initialDistributions from '../../src/model/initial-distributions.js'
import * as initialise from '../../src/model/initialise.js'
import * as initialisers from '../../src/model/initialisers.js'
import * as inferArchitecture from '../../src/model/clip/infer-architecture.js'
import * as initialWeights from '../../src/model/clip/initial-weights.js'
import * as namingConventions from '../../src/model/clip/naming-conventions.js'
import * as publishedArchitectures from '../../src/model/clip/published-architectures.js'
import * as renameWeights from '../../src/model/clip/rename-weights.js'
import * as model from '../../src/model/index.js'
import * as cleanText from '../../src/model/tokenizer/clean-text.js'
import * as tokenizer from '../../src/model/tokenizer/tokenizer.js'
import * as vocabulary from '../../src/model/tokenizer/vocabulary.js'
import { layerLaws, lossLaws } from '../../src/laws/index.js'

/** `klDivergence, p fixed` is of `klDivergence`. */
const declared = new Set([...lossLaws, ...layerLaws].map(({ name }) => name.split(',')[0]))

const functionsOf = (module: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(module).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))

/** Modules of `tensile/model` that build no layer: sizes, names, first weights, text. */
const modulesWithoutLayers = [
  architecture,
  clipTensors,
  initialDistributions,
  initialise,
  initialisers,
  inferArchitecture,
  initialPromptLearner,
  initialWeights,
  namingConventions,
  presets,
  publishedArchitectures,
  renameWeights,
  cleanText,
  tokenizer,
  vocabulary,
]
/**
 * The same in modules that build layers, too: values, towers made of layers that are declared, and prompt features
 * that the properties of shared beginnings hold to `promptFeatures`, or it to them.
 */
const otherFunctions = [
  'initialTemplateContext',
  'openAiTowers',
  'pairedPromptFeatures',
  'wholePromptFeatures',
]
const notLayers = new Set([...modulesWithoutLayers.flatMap(functionsOf), ...otherFunctions])

describe('the declarations of laws', () => {
  it('cover every loss', () => {
    expect(functionsOf(losses).filter((name) => !declared.has(name))).toEqual([])
  })

  it('cover every layer', () => {
    expect(functionsOf(model).filter((name) => !notLayers.has(name) && !declared.has(name))).toEqual([])
  })

  it('have laws of different names within each function', () => {
    for (const { laws } of [...lossLaws, ...layerLaws]) {
      expect(new Set(laws.map(({ name }) => name)).size).toBe(laws.length)
    }
  })
})
