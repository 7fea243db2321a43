import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'
import { lineOf } from '../../src/training/trackers/line-protocol.js'
import { expectRight } from '../expect-either.js'
import { eventsIn } from '../support/event-records.js'
import type { Outcome } from './command.js'
import { buildAdclip } from './command.js'
import { smallRuns, stepsPerEpoch } from './small-runs.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, metricsOf, prepare, pretrain, readJson, train, trainBy } = smallRuns(adclip)

let pretrained: Outcome
beforeAll(async () => {
  pretrained = await prepare()
}, 60_000)

/** What a run says at its start. */
const freshCrops = 'images: a new random crop of each image in every epoch, flipped for half of them\n'
const startLine = (out: string): string =>
  `photo → sketch: 3 classes, 12 images with labels, 12 without; CLIP ${join('clip', 'clip.safetensors')} (16 pixels); engine onnx; ${out}\n`

const oneToEach = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1)

describe('adclip pretrain', () => {
  it('writes the run, a line of losses for each step, and a CLIP', async () => {
    // So few steps teach it nothing, and it says so.
    expect(pretrained).toEqual({
      code: 0,
      stdout: `wrote ${join('clip', 'clip.safetensors')}\n`,
      stderr: expect.stringMatching(
        /^3 classes; images: photo 12; CLIP of 16 pixels, 8 to a patch, embedding 16; engine onnx; clip\n(?:pretraining: .*\n)*warning: the cross entropy of the last steps is 1\.\d+, and that of guessing among 3 classes is ln 3 = 1\.099: .*\n$/,
      ),
    })
    expect(await readJson('clip', 'run.json')).toMatchObject({
      kind: 'pretrain',
      epochs: 8,
      domains: ['photo'],
    })
    const metrics = await metricsOf('clip')
    expect(metrics.map(({ step }) => step)).toEqual(oneToEach(8 * stepsPerEpoch))
    expect(metrics.at(-1)?.['loss']).toBeLessThan(metrics[0]?.['loss'] ?? 0)
    expect(await readFile(inFolder('clip', 'metrics.lp'), 'utf8')).toBe(
      metrics.map((line) => `${lineOf('clip', line)}\n`).join(''),
    )
  })
})

describe('adclip pretrain --dry-run', () => {
  it('says what it would begin with, refuses what would not run, and writes nothing', async () => {
    const [rehearsed, refused, uneven] = await Promise.all([
      pretrain('rehearsed-clip', 2, '--dry-run').outcome,
      pretrain('rehearsed-clip', 2, '--dry-run', '--batch', '13').outcome,
      pretrain('rehearsed-clip', 2, '--dry-run', '--patch', '7').outcome,
    ])
    expect(rehearsed).toEqual({
      code: 0,
      stdout:
        '3 classes; images: photo 12; CLIP of 16 pixels, 8 to a patch, embedding 16; engine onnx; rehearsed-clip\n',
      stderr: '',
    })
    expect([refused.code, uneven.code]).toEqual([2, 2])
    expect(refused.stderr).toMatch(/^adclip: --batch: /)
    expect(uneven.stderr).toMatch(/^adclip: --resolution: 16 is not divisible/)
    await expect(access(inFolder('rehearsed-clip'))).rejects.toThrow('ENOENT')
  }, 120_000)
})

describe('adclip train', () => {
  it('writes the run and prints accuracies next to those of zero-shot CLIP; evaluate prints the same', async () => {
    const trained = await train('run', 2, '--seed', '5', '--log', 'tensorboard').outcome
    expect({ code: trained.code, stderr: trained.stderr }).toEqual({
      code: 0,
      stderr: `${startLine('run')}${freshCrops}`,
    })
    expect(trained.stdout).toMatch(/^photo → sketch, preset reference, seed 5: accuracy on the target, %\n/)
    expect(trained.stdout).toMatch(/^ +images +zero-shot +adapted +gain$/m)
    for (const [name, count] of Object.entries({ overall: 12, balanced: 12, dog: 4, house: 4, tree: 4 }))
      expect(trained.stdout).toMatch(new RegExp(`^${name} +${count} +[\\d.]+ +[\\d.]+ +[-+][\\d.]+$`, 'm'))

    expect(await readJson('run', 'run.json')).toMatchObject({
      data: inFolder('data'),
      clip: inFolder('clip', 'clip.safetensors'),
      kind: 'adaptation',
      method: 'ad-clip',
      seed: 5,
      preset: 'reference',
    })
    const metrics = await metricsOf('run')
    expect(metrics.map(({ step }) => step)).toEqual(oneToEach(2 * stepsPerEpoch))
    expect(Object.keys(metrics[0] ?? {}).toSorted()).toEqual(
      [
        ...['crossEntropy', 'divergence', 'entropy', 'loss', 'step', 'styleMapping'],
        ...['accuracy', 'epoch', 'learningRate', 'time'],
      ].toSorted(),
    )

    const [events = ''] = await readdir(inFolder('run', 'tensorboard'))
    expect(
      eventsIn(await readFile(inFolder('run', 'tensorboard', events))).flatMap(({ step, scalars }) =>
        scalars['loss'] === undefined ? [] : [[step, scalars['loss']]],
      ),
    ).toEqual(metrics.map(({ step, loss = 0 }) => [step, Math.fround(loss)]))

    const evaluation = await readJson('run', 'evaluation.json')
    const { zeroShot, adapted } = expectRight(evaluationCodec.decode(evaluation))
    expect([zeroShot.count, adapted.count]).toEqual([12, 12])
    expect(trained.stdout).toMatch(/\n\nreport: run.report\.html\n$/)
    expect(await readFile(inFolder('run', 'report.html'), 'utf8')).toMatch(/^<!doctype html>/)
    const again = await adclip.run('evaluate', '--run', 'run')
    expect(again).toEqual({ code: 0, stdout: trained.stdout, stderr: '' })
    const json = await adclip.run('evaluate', '--run', 'run', '--json')
    expect(JSON.parse(json.stdout)).toEqual(evaluation)
  })

  it('with --dry-run says what it would begin with, refuses what would not run, and writes nothing', async () => {
    const rehearsed = await train('rehearsed', 2, '--dry-run').outcome
    expect(rehearsed).toEqual({ code: 0, stdout: startLine('rehearsed'), stderr: '' })
    const refused = await train('rehearsed', 2, '--dry-run', '--batch', '13').outcome
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--batch')])
    const unfit = await train('rehearsed', 2, '--dry-run', '--levels', '9').outcome
    expect([unfit.code, unfit.stderr]).toEqual([2, expect.stringContaining('--levels')])
    const taken = await train('run', 2, '--dry-run').outcome
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('--overwrite')])
    await expect(access(inFolder('rehearsed'))).rejects.toThrow('ENOENT')
  })

  it('refuses half precision on an engine without it, and names the engines that have it', async () => {
    const refused = await train('refused', 1, '--engine', 'tfjs-wasm', '--precision', 'float16').outcome
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(
      /^adclip: .*--precision float16.*'tfjs-wasm' .*float32.*\n {2}→ .*onnx-cuda.*\n$/,
    )
  })

  it('refuses an option that the method does not read, and names those that it reads', async () => {
    const { code, stderr } = await trainBy('dapl', 'unread', 1, '--image-tokens', '2').outcome
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'adclip: --image-tokens: dapl does not read it\n  → dapl reads --context-tokens, --threshold, --class-specific-context, --softmax-over, --average-over\n',
    })
  })

  it.each([
    {
      method: 'coop',
      options: [],
      said: /^adclip: --warm-up: all 3 steps of the training \(1 epoch\) would be taken at the rate of the warm-up, 0\.00001\n {2}→ .*, or give --warm-up 0\n$/,
    },
    {
      method: 'dapl',
      options: ['--batch', '100000'],
      said: /^adclip: --batch: a step takes 100,000 images, and photo has 12 images to train on\n {2}→ .*, or give --batch 12\n$/,
    },
    {
      method: 'ad-clip',
      options: ['--loss-weights', 'entropy=-1'],
      said: /entropy is -1, wanted a finite number that is not negative/,
    },
    { method: 'ad-clip', options: ['--lr', '-1'], said: /it cannot be negative/ },
  ])(
    'refuses one epoch of $method with $options before anything is written',
    async ({ method, options, said }) => {
      const { code, stderr } = await trainBy(method, 'not-meant', 1, ...options).outcome
      expect(code).toBe(2)
      expect(stderr).toMatch(said)
      await expect(readFile(inFolder('not-meant', 'run.json'))).rejects.toThrow('ENOENT')
    },
  )

  it('names a value that a switch does not have', async () => {
    const { code, stderr } = await train('mistaken', 1, '--switch', 'entropy=columns').outcome
    expect(code).toBe(2)
    expect(stderr).toMatch(/entropy/)
  })

  it('stops with a message when the losses become NaN', async () => {
    const { code, stderr } = await train('diverged', 3, '--lr', '1e38', '--warm-up', '0').outcome
    expect(code).toBe(2)
    expect(stderr).toMatch(/^photo → sketch: .*\nimages: .*\nadclip: .*loss.*\n {2}→ .*\n$/)
  })
})
