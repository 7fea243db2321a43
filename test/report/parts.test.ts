import { describe, expect, it } from 'vitest'
import { methodConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { AdaptationConfiguration } from '../../src/experiments/adaptation/configuration.js'
import { accuracy } from '../../src/experiments/accuracy.js'
import { evenlyTaken } from '../../src/experiments/evenly-taken.js'
import { classAccuracyChart, classChanges } from '../../src/report/charts/class-accuracy.js'
import { confusionChart } from '../../src/report/charts/confusion-matrix.js'
import { learningCurveChart, smoothed } from '../../src/report/charts/learning-curve.js'
import { curvesOf } from '../../src/report/curves.js'
import { configurationEntries, inPrefixes, spoken } from '../../src/report/entries.js'
import { element, verbatim } from '../../src/report/markup.js'

describe('an element', () => {
  it('escapes text and attributes, and leaves out attributes without a value', () => {
    expect(element('p', { title: `"it's"`, id: undefined }, 'a < b & c', element('b', {}, '!')).markup).toBe(
      '<p title="&quot;it&#39;s&quot;">a &lt; b &amp; c<b>!</b></p>',
    )
  })

  it('has no end tag where HTML has none, and leaves markup as it is', () => {
    expect(element('img', { width: 1.23456 }).markup).toBe('<img width="1.23">')
    expect(element('style', {}, verbatim('a > b {}')).markup).toBe('<style>a > b {}</style>')
  })
})

describe('a learning curve', () => {
  const points = Array.from({ length: 200 }, (_, i) => ({ step: i + 1, value: i % 2 === 0 ? 1 : 3 }))

  it('is smoothed without a bias toward its start', () => {
    const [first, ...rest] = smoothed(points)
    expect(first?.value).toBe(1)
    for (const { value } of rest.slice(20)) expect(Math.abs(value - 2)).toBeLessThan(0.2)
  })

  it('is drawn for a single step and for constant values', () => {
    for (const few of [[], [{ step: 1, value: 2 }], points.map(({ step }) => ({ step, value: 5 }))]) {
      expect(learningCurveChart({ name: 'loss', points: few }).markup).not.toMatch(/NaN|Infinity/)
    }
  })

  it('is read from the metrics, the loss first, with names in words', () => {
    const curves = curvesOf([
      { step: 1, crossEntropy: 2, loss: 3 },
      { step: 2, crossEntropy: 1, loss: 2 },
    ])
    expect(curves).toEqual([
      {
        name: 'total loss',
        points: [
          { step: 1, value: 3 },
          { step: 2, value: 2 },
        ],
      },
      {
        name: 'cross entropy',
        points: [
          { step: 1, value: 2 },
          { step: 2, value: 1 },
        ],
      },
    ])
    expect(curvesOf([])).toEqual([])
  })
})

describe('charts of classes', () => {
  const classes = ['dog', 'horse', 'none']
  const before = accuracy([0, 1, 0, 1], [0, 0, 1, 1], classes)
  const after = accuracy([0, 0, 0, 0], [0, 0, 1, 1], classes)

  it('have a row for each class that has images, the largest gain first', () => {
    const { markup } = classAccuracyChart(classChanges(before, after), 'all')
    const rows = [...markup.matchAll(/<tr title="([^"]+)/g)].map(([, row]) => row)
    expect(rows).toEqual([
      'dog: 50 % before, 100 % after, 2 images',
      'horse: 50 % before, 0 % after, 2 images',
    ])
  })

  it('have a cell for each confusion that occurs', () => {
    const { markup } = confusionChart(before, 'before')
    const cells = [...markup.matchAll(/class="(right|wrong)"[^>]*fill-opacity="([^"]+)"><title>([^<]+)/g)]
    expect(cells.map(([, kind, opacity, title]) => [kind, opacity, title])).toEqual([
      ['right', '0.52', 'dog taken for dog: 1 of 2'],
      ['wrong', '0.52', 'dog taken for horse: 1 of 2'],
      ['wrong', '0.52', 'horse taken for dog: 1 of 2'],
      ['right', '0.52', 'horse taken for horse: 1 of 2'],
    ])
  })
})

describe('the configuration in a report', () => {
  const surroundings = {
    data: 'pacs',
    source: 'photo',
    target: 'sketch',
    clip: 'clip.safetensors',
    engine: 'onnx',
    version: 'test',
  }
  const configuration: AdaptationConfiguration = {
    ...methodConfiguration('ad-clip', 'paper'),
    ...surroundings,
  }

  it('has switches for AD-CLIP, and not for methods without switches', () => {
    const names = (of: AdaptationConfiguration) => configurationEntries(of).map(([name]) => name)
    expect(names(configuration)).toEqual(expect.arrayContaining(['preset', 'switches', 'learning rate']))
    expect(names({ ...surroundings, ...methodConfiguration('coop') })).not.toContain('switches')
    const [, switches] = configurationEntries(configuration).find(([name]) => name === 'switches') ?? []
    expect(switches).toContain('mapping input: target; entropy: rows; divergence: rows and features')
  })

  it('is in words and in numbers that can be read', () => {
    expect(spoken('warmUpEpochs')).toBe('warm up epochs')
    expect([0, 999, 12_300, 4.56e9, 7.8e15].map(inPrefixes)).toEqual([
      '0',
      '999',
      '12.3 k',
      '4.56 G',
      '7.80 P',
    ])
  })
})

describe('a selection of items', () => {
  it('takes all where there are few, and evenly spaced ones where there are more', () => {
    expect(evenlyTaken([1, 2, 3], 5)).toEqual([1, 2, 3])
    expect(evenlyTaken([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7])
    expect(evenlyTaken([1, 2, 3], 0)).toEqual([])
  })
})
