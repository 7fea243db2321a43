import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wholeOfficeHome } from '../support/published-trees.js'
import type { Outcome } from './command.js'
import { buildAdclip } from './command.js'
import { smallStudies } from './small-studies.js'
import { expectRight } from '../expect-either.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, prepare, study, studyWith, write } = smallStudies(adclip)

beforeAll(async () => {
  await prepare()
  for (const [path, bytes] of Object.entries(wholeOfficeHome)) await write(join('whole', path), bytes)
}, 60_000)

describe('a table of all 65 classes of Office-Home', () => {
  const table = (...more: readonly string[]): Promise<Outcome> =>
    studyWith(
      'table',
      'whole',
      'whole-table',
      ...['--pairs', 'art:real_world', '--seeds', '1', '--methods', 'zero-shot', ...more],
    ).outcome

  it('has the published rows in it, in every format, and says where they are printed', async () => {
    const text = await table()
    expect(text).toMatchObject({ code: 0 })
    expect(text.stdout).toContain('CLIP zero-shot, published     ViT-L/14')
    expect(text.stdout).toContain('arXiv 2308.05659')
    expect(text.stdout).toContain("the epoch with the best accuracy on the target's test images")

    const markdown = await table('--format', 'markdown')
    expect(markdown.stdout).toContain('| AD-CLIP, published | RN50 | 85.6 | - |')

    const csv = await table('--format', 'csv')
    expect(csv.stdout).toContain('"AD-CLIP, published",ViT-B/16,92.100,,,\n')
  }, 120_000)
})

describe('a table with --before-training', () => {
  it('has a row of the initial parameters before that of each method that learns', async () => {
    const { code, stdout } = await study(
      'table',
      'mini-domainnet',
      'before-training',
      ...['--pairs', 'real:sketch', '--seeds', '1,2', '--epochs', '1', '--warm-up', '0', '--before-training'],
      ...['--methods', 'zero-shot,ad-clip', '--presets', 'reference,robust', '--format', 'markdown'],
    ).outcome
    expect(code).toBe(0)
    expect([...stdout.matchAll(/^\| (.*?) \| ViT/gm)].map(([, name]) => name)).toEqual([
      'CLIP zero-shot',
      'AD-CLIP (reference), before training',
      'AD-CLIP (reference)',
      'AD-CLIP (robust), before training',
      'AD-CLIP (robust)',
    ])
  }, 120_000)
})

describe('a table whose targets have classes that are rare, absent or unknown', () => {
  const shifted = (out: string, shift: string, ...more: readonly string[]): Promise<Outcome> =>
    studyWith(
      'table',
      'office-home',
      out,
      ...['--pairs', 'art:real_world', '--seeds', '1', '--epochs', '1', '--warm-up', '0'],
      ...['--methods', 'zero-shot,linear-probe', '--target-shift', shift, ...more],
    ).outcome
  const evaluationOf = async (...run: readonly string[]): Promise<unknown> =>
    JSON.parse(await readFile(inFolder(...run, 'evaluation.json'), 'utf8'))

  it.each([
    {
      what: 'fewer images of each further class',
      shift: 'long-tailed:4',
      counts: [1, 2, 4],
      note: 'a long tail of classes, factor 4',
    },
    {
      what: 'images of two classes alone',
      shift: 'few-classes:2',
      counts: [0, 4, 4],
      note: '2 classes alone',
    },
    {
      what: 'images of a class that no classifier knows',
      shift: 'open-set:1',
      counts: [4, 4],
      note: 'one unknown class',
    },
  ])(
    'evaluates on $what with --target-shift $shift',
    async ({ shift, counts, note }) => {
      const out = `shifted ${shift.replace(/:.*/, '')}`
      const { code, stdout } = await shifted(out, shift)
      expect(code).toBe(0)
      expect(stdout).toContain(note)
      expect(stdout).toMatch(/^Linear probe +ViT/m)
      const evaluation = expectRight(
        t
          .type({ adapted: t.type({ perClass: t.array(t.type({ count: t.number })) }) })
          .decode(await evaluationOf(out, 'linear-probe', 'art-to-real_world', 'seed-1')),
      )
      expect(evaluation.adapted.perClass.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual(counts)
    },
    120_000,
  )

  it('scores how well unknown classes are told from known ones, where there are some', async () => {
    const { code, stdout } = await shifted('shifted open-set', 'open-set:1', '--metric', 'auroc')
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^area under the ROC curve of unknown/),
    ])
    expect(await evaluationOf('shifted open-set', 'zero-shot', 'art-to-real_world')).toMatchObject({
      adapted: { openSet: { unknownCount: 4 } },
    })
    const refused = await shifted('shifted few-classes', 'few-classes:2', '--metric', 'auroc')
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--metric')])
  }, 120_000)

  it('has runs that select ranks without labels of the target', async () => {
    const runs = ['zero-shot/art-to-real_world', 'linear-probe/art-to-real_world/seed-1'].map(
      (name) => `shifted few-classes/${name}`,
    )
    const { code, stdout } = await adclip.run('select', ...runs, '--by', 'entropy')
    expect(code).toBe(0)
    expect(stdout).toContain('which reads no label of the target')
    expect(
      [...stdout.matchAll(/^ *([12])  .*?(zero-shot|linear-probe)\b/gm)].map(([, rank]) => rank),
    ).toEqual(['1', '2'])
    const mixed = await adclip.run('select', runs[0] ?? '', 'shifted long-tailed/zero-shot/art-to-real_world')
    expect(mixed.code).toBe(2)
  }, 120_000)
})

describe('adclip ablate', () => {
  it.each([
    { over: 'imageTokens', values: ['--values', '1,3'], rows: ['L = 1', 'L = 3'] },
    { over: 'levels', values: [], rows: ['M = 1'] },
  ])(
    'prints a row for each value (--over $over)',
    async ({ over, values, rows }) => {
      const { code, stdout } = await study(
        'ablate',
        'office-home',
        `ablation-${over}`,
        ...['--pairs', 'art:real_world', '--seeds', '1', '--epochs', '1', '--over', over, ...values],
      ).outcome
      expect(code).toBe(0)
      const printed = [...stdout.matchAll(/^([LM] = \d+) +ViT 1×64\/8 +[\d.]+ +[\d.]+$/gm)].map(
        ([, row]) => row,
      )
      expect(printed).toEqual(rows)
    },
    120_000,
  )
})

describe('a study in half precision', () => {
  const options = ['--pairs', 'art:real_world', '--seeds', '1', '--epochs', '1'] as const
  const table = (...more: readonly string[]): Promise<Outcome> =>
    study('table', 'office-home', 'half', ...options, '--methods', 'ad-clip', ...more).outcome

  it('runs in half precision, keeps its own image features, and is refused where runs in float32 are', async () => {
    const half = await table('--precision', 'float16', '--features', 'features')
    expect(half.code, half.stderr).toBe(0)
    expect(half.stderr).toMatch(/^engine: .*float16.*float32.*not faster$/m)
    expect(half.stdout).toMatch(/^AD-CLIP \(reference\) +ViT 1×64\/8 +[\d.]+/m)
    const run = join('half', 'ad-clip-reference', 'art-to-real_world', 'seed-1')
    expect(JSON.parse(await readFile(inFolder(run, 'run.json'), 'utf8'))).toMatchObject({
      precision: 'float16',
    })
    expect(await readdir(inFolder('features'))).toEqual(['float16'])

    const single = await table()
    expect(single.code).toBe(2)
    expect(single.stderr).toMatch(/^adclip: --out: .* was begun with other values of precision\n {2}→ .*\n$/)
  }, 120_000)

  it('is refused by table and ablate if the engine has no half precision', async () => {
    const { code, stderr } = await study(
      'ablate',
      'office-home',
      'refused',
      ...options,
      ...['--over', 'losses', '--engine', 'reference', '--precision', 'bfloat16'],
    ).outcome
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^adclip: --precision bfloat16: 'reference' computes in float32 alone\n {2}→ .*\n$/,
    )
  })
})
