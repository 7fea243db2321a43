import { describe, expect, it } from 'vitest'
import * as losses from '../../src/losses/index.js'
import * as model from '../../src/model/index.js'
import { layerLaws, lossLaws } from '../../src/laws/index.js'

/** `klDivergence, p fixed` is of `klDivergence`. */
const declared = new Set([...lossLaws, ...layerLaws].map(({ name }) => name.split(',')[0]))

const functionsOf = (module: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(module).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))

/** Functions of `tensile/model` that build no layer: sizes, first weights, names, text. */
const notLayers = [
  'clipDims',
  'headsOf',
  'levelWidths',
  'resNetOutputWidth',
  'cleanText',
  'explainVocabularyError',
  'vocabulary',
]

describe('the declarations', () => {
  it('cover every loss', () => {
    expect(functionsOf(losses).filter((name) => !declared.has(name))).toEqual([])
  })

  it('cover every layer', () => {
    const isLayer = (name: string): boolean =>
      !notLayers.includes(name) && !/^(initial|infer|is|tokenizer|explain)/i.test(name)
    expect(functionsOf(model).filter((name) => isLayer(name) && !declared.has(name))).toEqual([])
  })

  it('have laws of different names within each function', () => {
    for (const { laws } of [...lossLaws, ...layerLaws]) {
      expect(new Set(laws.map(({ name }) => name)).size).toBe(laws.length)
    }
  })
})
