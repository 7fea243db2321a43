import { describe, expect, it } from 'vitest'
import { allPairs, pairHeadings, usualPairs } from '../../../src/experiments/study/domain-pair.js'
import { cellConfiguration, describeCell, studyCells } from '../../../src/experiments/study/cell.js'
import { explain } from '../../../src/effects/explain.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import type { AdaptationConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { methodConfiguration } from '../../../src/experiments/adaptation/configuration.js'
import { presets } from '../../../src/methods/index.js'
import {
  ablationVariants,
  beforeTraining,
  methodVariant,
  onTargets,
} from '../../../src/experiments/study/variant.js'

describe('pairs of domains', () => {
  it('are all that differ, twelve of four domains', () => {
    expect(allPairs(['a', 'b', 'c', 'd'])).toHaveLength(12)
    expect(allPairs(['a', 'b'])).toEqual([
      { source: 'a', target: 'b' },
      { source: 'b', target: 'a' },
    ])
  })

  it('are one of VisDA-2017', () => {
    const domain = (name: string) => ({ name, training: [], evaluation: [] })
    const visda = { root: '', classes: [], classFolders: [], domains: [domain('synthetic'), domain('real')] }
    expect(usualPairs({ ...visda, layout: 'visda-2017' })).toEqual([{ source: 'synthetic', target: 'real' }])
    expect(usualPairs({ ...visda, layout: 'folder' })).toHaveLength(2)
  })

  it("are headed as in the paper's table, by whole names where that would be unclear", () => {
    expect(pairHeadings([{ source: 'art', target: 'real_world' }])).toEqual(['Ar→Rw'])
    expect(pairHeadings([{ source: 'Real World', target: 'clipart' }])).toEqual(['Rw→Cl'])
    expect(
      pairHeadings([
        { source: 'photo', target: 'phone' },
        { source: 'phone', target: 'sketch' },
      ]),
    ).toEqual(['photo→phone', 'phone→sketch'])
  })
})

const pairs = allPairs(['art', 'clipart', 'product'])
const ground = {
  ...{ data: 'data', source: '', target: '', clip: 'clip.safetensors', engine: 'onnx', version: 'test' },
  epochs: 3,
}

describe('the runs of a study', () => {
  const variants = [
    methodConfiguration('zero-shot'),
    methodConfiguration('ad-clip', 'paper'),
    methodConfiguration('ad-clip', 'robust'),
    methodConfiguration('coop'),
  ].map((configuration) => methodVariant({ ...configuration, ...ground }))
  const cells = studyCells('out', variants, pairs, [1, 2])

  it('are one for each row, seed and pair, but of zero-shot CLIP one for each target', () => {
    const count = (folder: string): number => cells.filter(({ variant }) => variant.folder === folder).length
    expect(variants.map(({ folder }) => [folder, count(folder)])).toEqual([
      ['zero-shot', 3],
      ['ad-clip-paper', 12],
      ['ad-clip-robust', 12],
      ['coop', 12],
    ])
  })

  it('have a directory each', () => {
    expect(new Set(cells.map(({ directory }) => directory)).size).toBe(cells.length)
    expect(cells[0]?.directory).toBe('out/zero-shot/art-to-clipart')
    expect(cells.at(-1)?.directory).toBe('out/coop/product-to-clipart/seed-2')
  })

  it('have a configuration each, the changes in it', () => {
    const last = cells.findLast(({ variant }) => variant.folder === 'ad-clip-robust')
    expect(last === undefined ? undefined : cellConfiguration(last)).toMatchObject({
      ...{ method: 'ad-clip', preset: 'robust', epochs: 3, learningRate: 0.001 },
      ...{ data: 'data', source: 'product', target: 'clipart', seed: 2, version: 'test' },
    })
  })

  it('have a name each', () => {
    const names = cells.map(describeCell)
    expect(new Set(names).size).toBe(cells.length)
    expect(names[0]).toBe('CLIP zero-shot on clipart')
    expect(names[3]).toBe('AD-CLIP (paper), art → clipart, seed 1')
  })
})

describe('the rows of a study on several kinds of targets', () => {
  const coOp = methodVariant({ ...methodConfiguration('coop'), ...ground })
  const kinds = [
    undefined,
    { kind: 'long-tailed', factor: 20, seed: 1 },
    { kind: 'few-classes', classes: 3, seed: 7 },
    { kind: 'open-set', unknown: 2, seed: 1 },
  ] as const

  it('have runs in folders of their own, those on whole targets where they always lie', () => {
    expect(onTargets(kinds, [coOp]).map(({ folder }) => folder)).toEqual([
      'coop',
      'coop-long-tailed-20',
      'coop-few-classes-3-7',
      'coop-open-set-2',
    ])
  })

  it('have the folders of whole targets where a study has one kind alone', () => {
    for (const kind of kinds) expect(onTargets([kind], [coOp])[0]?.folder).toBe('coop')
  })

  it('say the kind in the names of runs and in their configurations', () => {
    const cells = studyCells('out', onTargets(kinds, [coOp]), pairs.slice(0, 1), [1])
    expect(cells.map(describeCell)).toEqual([
      'CoOp, art → clipart, seed 1',
      'CoOp, art → clipart, long-tailed:20, seed 1',
      'CoOp, art → clipart, few-classes:3:7, seed 1',
      'CoOp, art → clipart, open-set:2, seed 1',
    ])
    expect(cells.map((cell) => cellConfiguration(cell).targetShift)).toEqual(kinds)
  })
})

describe("the runs of a method's initial parameters", () => {
  const [zeroShot, adClip] = [methodConfiguration('zero-shot'), methodConfiguration('ad-clip', 'paper')].map(
    (configuration) => methodVariant({ ...configuration, ...ground }),
  )
  const untrained = [zeroShot, adClip].flatMap((variant) =>
    variant === undefined ? [] : beforeTraining(variant),
  )
  const cells = studyCells('out', untrained, pairs, [1, 2])

  it('are one for each target and seed; a method that learns nothing has none', () => {
    expect(cells.map(describeCell)).toEqual(
      ['seed 1', 'seed 2'].flatMap((seed) =>
        ['clipart', 'product', 'art'].map(
          (target) => `AD-CLIP (paper), before training on ${target}, ${seed}`,
        ),
      ),
    )
  })

  it('have a directory and a configuration of their own', () => {
    expect(cells.at(-1)?.directory).toBe('out/ad-clip-paper-before-training/clipart-to-art/seed-2')
    expect(cells.map(cellConfiguration)).toEqual(
      cells.map(({ source, target, seed }) => ({
        ...adClip?.configuration,
        source,
        target,
        seed,
        untrained: true,
      })),
    )
  })
})

describe('an ablation', () => {
  const base = { ...methodConfiguration('ad-clip', 'paper'), ...ground }
  const levels = 12
  const rowsOf = (
    over: string,
    of: AdaptationConfiguration<'ad-clip'>,
    available = levels,
    values?: readonly number[],
  ) => expectRight(ablationVariants(over, of, values))(available)

  it('of the losses has a row for every set of terms added to the cross entropy', () => {
    const variants = rowsOf('losses', base)
    expect(variants.map(({ name }) => name)).toEqual([
      'L_ce',
      'L_ce + L_smn',
      'L_ce + L_em',
      'L_ce + L_kl',
      'L_ce + L_smn + L_em',
      'L_ce + L_smn + L_kl',
      'L_ce + L_em + L_kl',
      'L_ce + L_smn + L_em + L_kl',
    ])
    const weights = variants.map(({ configuration: { settings } }) => settings.lossWeights)
    expect(weights[0]).toMatchObject({ crossEntropy: 1, styleMapping: 0, entropy: 0, divergence: 0 })
    expect(weights[5]).toMatchObject({ crossEntropy: 1, styleMapping: 0.1, entropy: 0, divergence: 1 })
    expect(weights[7]).toMatchObject({ crossEntropy: 1, styleMapping: 0.1, entropy: 0.01, divergence: 1 })
  })

  it('of the image tokens and of the levels takes the values that are given, or the usual ones', () => {
    const tokens = rowsOf('imageTokens', base, levels, [1, 3])
    expect(tokens.map(({ name, configuration }) => [name, configuration.settings.imageTokens])).toEqual([
      ['L = 1', 1],
      ['L = 3', 3],
    ])
    const levelsOf = (available: number) =>
      rowsOf('levels', base, available).map(({ configuration }) => configuration.settings.levels)
    expect(levelsOf(12)).toEqual([1, 3, 6, 9, 12])
    expect(levelsOf(4)).toEqual([1, 2, 3, 4])
    expect(levelsOf(1)).toEqual([1])
  })

  it('of the remedies takes each one back to what the paper has in its place', () => {
    const robust = { ...base, ...methodConfiguration('ad-clip', 'robust') }
    const switches = rowsOf('remedies', robust).map(({ configuration }) => configuration.settings.switches)
    expect(switches).toEqual([
      presets.robust,
      { ...presets.robust, context: 'learned' },
      { ...presets.robust, entropy: 'rows' },
      { ...presets.robust, pseudoLabels: 'none' },
      { ...presets.robust, alignment: 'none' },
      { ...presets.robust, selection: 'last' },
    ])
  })

  it('keeps everything else as it is, in folders of their own', () => {
    const robust = { ...base, ...methodConfiguration('ad-clip', 'robust'), ...ground }
    for (const over of ['losses', 'imageTokens', 'levels', 'remedies'] as const) {
      const variants = rowsOf(over, over === 'remedies' ? robust : base)
      expect(variants.every(({ configuration }) => configuration.epochs === 3)).toBe(true)
      expect(new Set(variants.map(({ folder }) => folder)).size).toBe(variants.length)
    }
  })

  it('with two rows that would be the same run is refused, and both are named', () => {
    expect(explain(expectLeft(ablationVariants('remedies', base)))).toBe(
      "ablation: rows 'all remedies' and 'without the start at zero-shot CLIP' would be the same run\n  → begin with preset robust, which has all remedies",
    )
    const { settings } = base
    const lossWeights = { ...settings.lossWeights, entropy: 0 }
    expect(
      explain(expectLeft(ablationVariants('losses', { ...base, settings: { ...settings, lossWeights } }))),
    ).toBe(
      "ablation: rows 'L_ce' and 'L_ce + L_em' would be the same run\n  → give each term of the loss a weight above 0",
    )
  })

  it('that the method does not have is refused, with the ones that it has', () => {
    expect(explain(expectLeft(ablationVariants('widths', base)))).toBe(
      'ablation: AD-CLIP has no ablation over widths\n  → it has losses, imageTokens, levels, remedies',
    )
    const coOp = { ...methodConfiguration('coop'), ...ground }
    expect(explain(expectLeft(ablationVariants('losses', coOp)))).toBe(
      'ablation: CoOp has no ablation over losses\n  → take another method',
    )
  })

  it('that varies no number is refused values for one', () => {
    expect(explain(expectLeft(ablationVariants('losses', base, [1])))).toBe(
      'values: an ablation over losses has none\n  → leave it out',
    )
  })
})
