import { describe, expect, it } from 'vitest'
import { compareRun } from '../../src/cli/accuracy-table.js'
import { percent, points } from '../../src/values/percent.js'
import { textTable } from '../../src/cli/table.js'
import { accuracy } from '../../src/experiments/accuracy.js'

describe('tables', () => {
  it('have columns as wide as their widest cell, with numbers aligned to the right', () => {
    expect(
      textTable(
        ['name', 'value', 'ok'],
        [
          ['a', '1.5', 'ok'],
          ['longer name', '-20', 'NO'],
        ],
      ).split('\n'),
    ).toEqual([
      'name         value  ok',
      '───────────  ─────  ──',
      'a              1.5  ok',
      'longer name    -20  NO',
    ])
  })

  it('show shares as percentages, and a dash for an unknown share', () => {
    expect([0, 0.4271, 1, Number.NaN].map(percent)).toEqual(['0.0', '42.7', '100.0', '-'])
  })

  it('round halves away from zero, whichever binary fraction stands for them, and have no negative zero', () => {
    expect([0.2875, 0.24375, 0.3125, 0.2625, 0.2865].map(percent)).toEqual([
      '28.8',
      '24.4',
      '31.3',
      '26.3',
      '28.7',
    ])
    expect([0.0312, -0.0125, -0.0004, 0, Number.NaN].map(points)).toEqual([
      '+3.1',
      '-1.3',
      '+0.0',
      '+0.0',
      '-',
    ])
  })

  it('compare a run with zero-shot CLIP: overall, balanced, by class', () => {
    const classes = ['dog', 'elephant', 'tree']
    const labels = [0, 0, 0, 1]
    expect(
      compareRun({
        method: 'ad-clip',
        source: 'photo',
        target: 'sketch',
        preset: 'paper',
        seed: 3,
        zeroShot: accuracy([0, 1, 1, 1], labels, classes),
        adapted: accuracy([0, 0, 1, 0], labels, classes),
      }).split('\n'),
    ).toEqual([
      'photo → sketch, preset paper, seed 3: accuracy on the target, %',
      '',
      '          images  zero-shot  adapted    gain',
      '────────  ──────  ─────────  ───────  ──────',
      'overall        4       50.0     50.0    +0.0',
      'balanced       4       66.7     33.3   -33.3',
      'dog            3       33.3     66.7   +33.3',
      'elephant       1      100.0      0.0  -100.0',
      'tree           0          -        -       -',
    ])
  })

  it('say below a run of preset robust that it was chosen by looking at labels', () => {
    const same = accuracy([0], [0], ['dog'])
    const linesOf = (preset: string): readonly string[] =>
      compareRun({
        ...{ method: 'ad-clip', source: 'photo', target: 'sketch', seed: 3 },
        ...{ preset, zeroShot: same, adapted: same },
      }).split('\n')
    expect(linesOf('robust').slice(-2)).toEqual([
      '',
      'the loss weights and the alignment of preset robust were chosen by looking at labels of target images of PACS',
    ])
    expect(linesOf('robust').slice(1, -2)).toEqual(linesOf('paper').slice(1))
  })
})
