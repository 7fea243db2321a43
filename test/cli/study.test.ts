import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedTrees } from '../support/published-trees.js'
import type { Outcome } from './command.js'
import { buildAdclip } from './command.js'
import { smallStudies } from './small-studies.js'
import { expectRight } from '../expect-either.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, prepare, study, studyWith, write } = smallStudies(adclip)

beforeAll(async () => {
  await prepare()
  const { files } = publishedTrees['office-home']
  for (const [path, bytes] of Object.entries(files)) await write(join('with-broken', path), bytes)
  await write(join('with-broken', 'Art', 'tree', 'tree-1.png'), Uint8Array.of(1, 2, 3))
}, 60_000)

describe('the table of a finished study', () => {
  const options = ['--pairs', 'art:real_world', '--seeds', '1', '--epochs', '1'] as const
  const table = (...more: readonly string[]): Promise<Outcome> =>
    study('table', 'office-home', 'formats', ...options, ...more).outcome

  it('is printed in other formats without running anything', async () => {
    const text = await table()
    expect(text).toMatchObject({ code: 0 })
    expect(text.stdout).not.toContain('published')

    const markdown = await table('--format', 'markdown')
    expect(markdown).toMatchObject({ code: 0, stderr: '' })
    expect(markdown.stdout).toContain('| method | backbone | Ar→Rw | Avg |')

    const csv = await table('--format', 'csv')
    expect(csv.stdout).toMatch(/^method,backbone,Ar→Rw,Ar→Rw deviation,Avg,Avg deviation\n/)

    const json = await table('--format', 'json', '--per-class')
    expect(JSON.parse(json.stdout)).toEqual([
      expect.objectContaining({
        title: 'art → real_world: accuracy on the target by class, %; seed 1',
        rows: ['CLIP zero-shot', 'AD-CLIP (reference)'].map((method) =>
          expect.objectContaining({
            method,
            figures: {
              Alarm_Clock: expect.objectContaining({ count: 1 }),
              house: expect.objectContaining({ count: 1 }),
              tree: expect.objectContaining({ count: 1 }),
              Mean: expect.objectContaining({ count: 1 }),
            },
          }),
        ),
      }),
    ])
  }, 120_000)

  it('is refused in a directory that holds runs with other options', async () => {
    const { code, stderr } = await table('--lr', '0.5')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^adclip: --out: .* was begun with other values of learningRate\n {2}→ .*\n$/)
  }, 60_000)
})

describe('a study that a scheduler runs', () => {
  const options = (out: string): readonly string[] => [
    ...[
      'table',
      '--data',
      'office-home',
      '--clip',
      'clip.safetensors',
      '--activation',
      'quick-gelu',
      '--out',
      out,
    ],
    ...[
      '--batch',
      '4',
      '--pairs',
      'art:real_world',
      '--methods',
      'zero-shot,coop',
      '--seeds',
      '1,2',
      '--epochs',
      '1',
    ],
    ...['--warm-up', '0', '--features', 'scheduled-features', '--log', 'tensorboard,influx'],
  ]
  const task = (index: string, ...part: readonly string[]): Promise<Outcome> =>
    adclip.runWith({ SLURM_ARRAY_TASK_ID: index }, ...options('scheduled'), ...part)

  it('has a plan, is run in tasks that the scheduler numbers, and is collected with what is missing', async () => {
    const plan = await adclip.run(...options('scheduled'), '--plan')
    expect(plan).toMatchObject({ code: 0, stderr: '' })
    const cells = plan.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(cells).toEqual(
      ['zero-shot/art-to-real_world', 'coop/art-to-real_world/seed-1', 'coop/art-to-real_world/seed-2'].map(
        (name, index) => expect.objectContaining({ index, name, state: 'not begun' }),
      ),
    )
    expect(cells[1]).toMatchObject({ needs: { images: 24, steps: 3 } })

    expect(await task('1', '--encode', '--shard', '2')).toMatchObject({ code: 0, stdout: 'images: 12\n' })
    expect(await task('1', '--cell')).toMatchObject({
      code: 0,
      stdout: 'coop/art-to-real_world/seed-1: finished\n',
    })
    const partial = await task('0', '--collect')
    expect(partial.code).toBe(1)
    expect(partial.stderr).toBe(
      'missing: CLIP zero-shot on real_world: not begun\nmissing: CoOp, art → real_world, seed 2: not begun\n',
    )
    expect(partial.stdout).toContain('not all figures are there: 2 runs not finished')
  }, 240_000)

  it('on Kubernetes, does in a container the run that its index names', async () => {
    const words = options('pods')
    const { code, stdout } = await adclip.run(
      ...['submit', '--on', 'kubernetes', '--image', 'adclip', '--volume', 'studies', '--', ...words],
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^3 tasks for 3 runs, 1 to encode the images; each asks for 0\.\d\d GiB and \d+ minutes\n/,
    )
    const manifest = expectRight(
      t
        .type({
          spec: t.type({
            template: t.type({
              spec: t.type({ containers: t.tuple([t.type({ command: t.array(t.string) })]) }),
            }),
          }),
        })
        .decode(JSON.parse(await readFile(inFolder('pods', 'jobs', 'cells.json'), 'utf8'))),
    )
    const [program, ...command] = manifest.spec.template.spec.containers[0].command
    expect(program).toBe('adclip')
    expect(await adclip.runWith({ JOB_COMPLETION_INDEX: '1' }, ...command)).toMatchObject({
      code: 0,
      stdout: 'coop/art-to-real_world/seed-1: finished\n',
    })
    // Without a cluster: `kubectl` is not on this path.
    expect(await adclip.runWith({ PATH: inFolder('none') }, 'status', 'pods')).toMatchObject({
      code: 0,
      stdout: '3 runs: 1 finished, 2 not begun\n',
    })
  }, 240_000)
})

describe('a study whose options are in a file', () => {
  it('is submitted with the features and threads that the file names, as jobs that need no such file', async () => {
    await writeFile(
      inFolder('study.yaml'),
      'features: kept features\nthreads: 3\npairs: [art:real_world]\nmethods: [zero-shot, coop]\nseeds: [1, 2]\n',
    )
    await writeFile(inFolder('cluster.yaml'), 'partition: short\ncpus: 2\ntasks: 2\n')
    const words = ['table', '--config', 'study.yaml', '--data', 'office-home', '--clip', 'clip.safetensors']
    const { code, stdout, stderr } = await adclip.run(
      ...['submit', '--on', 'slurm', '--config=cluster.yaml', '--'],
      ...[...words, '--activation', 'quick-gelu', '--batch', '4', '--out', 'from-file', '--seeds', '1'],
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^2 tasks for 2 runs, /)
    const text = await readFile(inFolder('from-file', 'jobs', 'cells.sbatch'), 'utf8')
    expect(text).toContain('#SBATCH --partition=short\n#SBATCH --cpus-per-task=2\n')
    expect(text).toContain("table --features 'kept features' --threads 3 --pairs art:real_world")
    expect(text).toContain('--seeds 1 --cell\n')
    expect(text).not.toContain('--config')
  }, 120_000)
})

describe('finished and unfinished runs of studies', () => {
  const cell = join('scheduled', 'coop', 'art-to-real_world', 'seed-1')

  it('have written their metrics for others', async () => {
    const names = await readdir(inFolder(cell))
    expect(names).toEqual(expect.arrayContaining(['metrics.lp', 'tensorboard']))
  })

  it('are listed with their states and accuracies', async () => {
    const { code, stdout, stderr } = await adclip.run('list', 'formats', 'scheduled', 'clip.safetensors')
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'left out: clip.safetensors: it is a file\n' })
    expect(stdout).toMatch(/^run +what +method +data +domains +seed +state +accuracy, %\n/)
    expect(stdout).toMatch(
      /^scheduled.coop.art-to-real_world.seed-1 +adaptation +CoOp +office-home +art → real_world +1 +finished +[\d.]+$/m,
    )
    const json = await adclip.run('list', '--format', 'json', cell)
    expect(JSON.parse(json.stdout)).toEqual([
      expect.objectContaining({ run: cell, method: 'CoOp', seed: 1, state: 'finished' }),
    ])
    const csv = await adclip.run('list', '--format', 'csv', cell)
    expect(csv.stdout).toMatch(/^run,what,method,data,domains,seed,state,accuracy\n.*,finished,0\.\d+\n$/)
  })

  it('are shown one by one in words, and refused where there is none', async () => {
    const { code, stdout } = await adclip.run('show', cell)
    expect(code).toBe(0)
    expect(stdout).toContain('an adaptation by CoOp from art, which has labels, to real_world, seed 1\n')
    expect(stdout).toMatch(/\nstate: finished\n\nfigures:\n {2}accuracy on the target: [\d.]+ %/)
    expect(stdout).toMatch(/\n {2}learningRate +0\.002\n/)
    const refused = await adclip.run('show', 'office-home')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/^adclip: office-home: there is no run in it: it holds no run.json\n/)
  })

  it('are compared in one page; nothing to compare is a failure', async () => {
    const compared = await adclip.run('compare', 'formats', 'scheduled', 'office-home', '--out', 'all.html')
    expect({ code: compared.code, stderr: compared.stderr }).toEqual({
      code: 0,
      stderr: 'left out: office-home: there is no run in it\n',
    })
    expect(compared.stdout).toMatch(/\n +\d +CoOp +art → real_world .*\n/)
    expect(await readFile(inFolder('all.html'), 'utf8')).toMatch(/^<!doctype html>\n.*<script>/s)
    const again = await adclip.run('compare', 'formats', '--out', 'all.html')
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('--overwrite')])
    const nothing = await adclip.run('compare', 'office-home', 'gone')
    expect(nothing).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'left out: office-home: there is no run in it\nleft out: gone: there is no such folder\nadclip: there is no evaluated run to compare\n',
    })
  })
})

describe('a broken image', () => {
  const table = (...more: readonly string[]): Promise<Outcome> =>
    studyWith(
      'table',
      'with-broken',
      'broken',
      ...['--pairs', 'art:real_world', '--seeds', '1', '--epochs', '1', '--methods', 'zero-shot', ...more],
    ).outcome

  it('is named and left out, or refused with --strict', async () => {
    const strict = await table('--strict')
    expect(strict).toMatchObject({ code: 2, stdout: '' })
    expect(strict.stderr).toMatch(
      /^adclip: with-broken: an image is missing or broken; with-broken\/Art\/tree\/tree-1\.png: .*\n {2}→ .*\n$/,
    )
    const lenient = await table()
    expect(lenient).toMatchObject({ code: 0 })
    expect(lenient.stderr).toContain('skipped: with-broken/Art/tree/tree-1.png: cannot decode the image')
  }, 120_000)
})
