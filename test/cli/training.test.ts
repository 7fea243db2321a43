import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { metricsCodec } from '../../src/training/metrics.js'
import { expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import type { Outcome, Running } from './command.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const inFolder = (...path: readonly string[]): string => join(adclip.folder, ...path)

/** 12 images to a domain, batches of 4: three steps an epoch. */
const stepsPerEpoch = 3
const pretrain = (out: string, epochs: number, ...more: readonly string[]): Running =>
  adclip.start(
    ...['pretrain', '--data', 'data', '--domains', 'photo', '--out', out],
    ...[
      '--epochs',
      String(epochs),
      '--batch',
      '4',
      '--resolution',
      '16',
      '--patch',
      '8',
      '--embedding',
      '16',
    ],
    ...['--vision-width', '64', '--vision-layers', '1', '--text-width', '64', '--text-layers', '1'],
    ...more,
  )
const trainBy = (method: string, out: string, epochs: number, ...more: readonly string[]): Running =>
  adclip.start(
    ...['train', '--data', 'data', '--source', 'photo', '--target', 'sketch', '--out', out],
    ...['--clip', join('clip', 'clip.safetensors'), '--epochs', String(epochs), '--batch', '4'],
    ...['--method', method, ...more],
  )
const smallAdClip = ['--image-tokens', '2', '--style-hidden', '8', '--mapping-hidden', '8']
const train = (out: string, epochs: number, ...more: readonly string[]): Running =>
  trainBy('ad-clip', out, epochs, ...smallAdClip, ...more)

let pretrained: Outcome

beforeAll(async () => {
  for (const [path, bytes] of Object.entries(await drawnData(4))) {
    await mkdir(inFolder('data', dirname(path)), { recursive: true })
    await writeFile(inFolder('data', path), bytes)
  }
  pretrained = await pretrain('clip', 8).outcome
}, 60_000)

const readJson = async (...path: readonly string[]): Promise<unknown> =>
  JSON.parse(await readFile(inFolder(...path), 'utf8'))

const metricsOf = async (run: string) => {
  const text = await readFile(inFolder(run, 'metrics.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => expectRight(metricsCodec.decode(JSON.parse(line))))
}

/** What a run says at its start. */
const freshCrops = 'images: a new random crop of each image in every epoch, flipped for half of them\n'
const wholeImages = 'images: 2 views of each image: the whole of it, and its mirror image\n'

const oneToEach = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1)

describe('adclip pretrain', () => {
  it('writes the run, a line of losses for each step, and a CLIP', async () => {
    // So few steps teach it nothing, and it says so.
    expect(pretrained).toEqual({
      code: 0,
      stdout: `wrote ${join('clip', 'clip.safetensors')}\n`,
      stderr: expect.stringMatching(
        /^warning: the cross entropy of the last steps is 1\.\d+, and that of guessing among 3 classes is ln 3 = 1\.099: .*\n$/,
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
  })

  it('multiplies in float16 with --precision float16, and scales the loss', async () => {
    const half = await pretrain('clip-in-float16', 2, '--precision', 'float16').outcome
    expect(half.code, half.stderr).toBe(0)
    expect(half.stderr).toMatch(
      /^engine: .*float16.*float32.*not faster\nwarning: the cross entropy .* nothing was learned\..*\n$/,
    )
    expect(await readJson('clip-in-float16', 'run.json')).toMatchObject({ precision: 'float16' })
    const [exact, rounded] = [await metricsOf('clip'), await metricsOf('clip-in-float16')]
    const difference = Math.abs((rounded[0]?.['loss'] ?? Number.NaN) - (exact[0]?.['loss'] ?? Number.NaN))
    expect(difference).toBeGreaterThan(0)
    expect(difference).toBeLessThan(0.01)
    const checkpoint = await readFile(inFolder('clip-in-float16', 'checkpoint.safetensors'))
    const { tensors } = expectRight(decodeSafetensors('checkpoint', checkpoint))
    const [scale = 0, done] = ['scale', 'done'].map((name) => tensors[`optimizer/${name}`]?.data[0])
    // Each step that overflowed halved the scale, and is not counted.
    expect(done).toBe(2 * stepsPerEpoch - Math.log2(2 ** 16 / scale))
    expect(done).toBeGreaterThan(0)
    const other = await pretrain('clip-in-float16', 2, '--resume').outcome
    expect(other.code).toBe(2)
    expect(other.stderr).toMatch(/^adclip: --resume: .* other values of precision\n {2}→ .*\n$/)
  })
})

describe('adclip train', () => {
  it('writes the run and prints accuracies next to those of zero-shot CLIP; evaluate prints the same', async () => {
    const trained = await train('run', 2, '--seed', '5').outcome
    expect({ code: trained.code, stderr: trained.stderr }).toEqual({ code: 0, stderr: freshCrops })
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
      ['crossEntropy', 'divergence', 'entropy', 'loss', 'step', 'styleMapping'].toSorted(),
    )

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

  it('writes a run that is evaluated without source images, and exported without any images', async () => {
    await cp(inFolder('data'), inFolder('lent'), { recursive: true })
    const trained = await train('without-source', 1, '--data', 'lent').outcome
    expect(trained.code, trained.stderr).toBe(0)

    await rm(inFolder('lent', 'photo'), { recursive: true })
    const evaluated = await adclip.run('evaluate', '--run', 'without-source')
    expect(evaluated).toMatchObject({ code: 0, stdout: trained.stdout })
    expect(evaluated.stderr).toBe(
      `no images of the source are classified for the report: data (${inFolder('lent')}): no domain 'photo' in it\n  → it has sketch\n`,
    )

    await rename(inFolder('lent'), inFolder('moved'))
    const gone = await adclip.run('evaluate', '--run', 'without-source')
    expect(gone.code).toBe(2)
    expect(gone.stderr).toBe(
      `adclip: --data (${inFolder('lent')}): no such folder, though without-source was trained with it\n  → give the place where it is now\n`,
    )
    const there = await adclip.run('evaluate', '--run', 'without-source', '--data', 'moved')
    expect(there).toMatchObject({ code: 0, stdout: trained.stdout })
    await writeFile(inFolder('moved', 'sketch', 'dog', 'more.png'), Uint8Array.of(1))
    const changed = await adclip.run('evaluate', '--run', 'without-source', '--data', 'moved')
    expect(changed.code).toBe(2)
    expect(changed.stderr).toContain("domain 'sketch' has 1 image more (12 then, 13 now)")
    await rm(inFolder('moved'), { recursive: true })
    const exported = await adclip.run('export', '--run', 'without-source', '--out', 'without-source.onnx')
    expect(exported).toMatchObject({ code: 0, stderr: '' })
  })

  it('adapts by other methods, and AD-CLIP by other switches, weights and levels', async () => {
    const byCoOp = await trainBy('coop', 'coop', 1, '--context-tokens', '3', '--warm-up', '0').outcome
    expect({ code: byCoOp.code, stderr: byCoOp.stderr }).toEqual({ code: 0, stderr: freshCrops })
    expect(byCoOp.stdout).toMatch(/^photo → sketch, coop, seed 1: accuracy on the target, %\n/)
    expect(await readJson('coop', 'run.json')).toMatchObject({
      ...{ method: 'coop', optimizer: 'sgd', settings: { contextTokens: 3 } },
    })

    const changed = await train(
      'changed',
      1,
      ...['--preset', 'robust', '--switch', 'entropy=rows,selection=last', '--levels', '1'],
      ...['--loss-weights', 'divergence=0', '--template', 'a {}.', '--template', 'the {}.'],
      ...['--warm-up', '0'],
    ).outcome
    expect({ code: changed.code, stderr: changed.stderr }).toEqual({ code: 0, stderr: wholeImages })
    expect(await readJson('changed', 'run.json')).toMatchObject({
      preset: 'robust',
      settings: {
        switches: { entropy: 'rows', selection: 'last', context: 'addedToTemplate' },
        lossWeights: { divergence: 0, crossEntropy: 1 },
        levels: 1,
      },
      templates: ['a {}.', 'the {}.'],
    })
  })

  it('trains on TensorFlow.js as on ONNX Runtime: the losses of the first step differ by 1e-4 at most', async () => {
    const onTfjs = await train('on-tfjs', 1, '--engine', 'tfjs').outcome
    expect(onTfjs.code, onTfjs.stderr).toBe(0)
    expect(onTfjs.stderr).toMatch(/^engine: tfjs-\w+ \(.*\nimages: .*\n$/)
    expect(onTfjs.stdout).toMatch(/^overall +12 /m)
    const onOnnx = await train('on-onnx', 1, '--engine', 'onnx').outcome
    expect(onOnnx.code, onOnnx.stderr).toBe(0)
    const [tfjs, onnx] = [await metricsOf('on-tfjs'), await metricsOf('on-onnx')]
    expect(tfjs).toHaveLength(onnx.length)
    const terms = Object.keys(onnx[0] ?? {})
    expect(terms).toContain('crossEntropy')
    for (const term of terms) {
      const [found, expected] = [tfjs[0]?.[term] ?? Number.NaN, onnx[0]?.[term] ?? Number.NaN]
      expect(Math.abs(found - expected), term).toBeLessThanOrEqual(1e-4)
    }
  }, 240_000)

  it('multiplies in half precision with --precision, says so, and learns about the same', async () => {
    const slowly = ['--lr', '1e-5'] as const
    const single = await train('in-float32', 1, ...slowly).outcome
    expect(single.code, single.stderr).toBe(0)
    for (const precision of ['float16', 'bfloat16']) {
      const run = `in-${precision}`
      const half = await train(run, 1, '--precision', precision, ...slowly).outcome
      expect(half.code, half.stderr).toBe(0)
      expect(half.stderr).toMatch(new RegExp(`^engine: .*${precision}.*float32.*not faster\\nimages: .*\\n$`))
      expect(await readJson(run, 'run.json')).toMatchObject({ precision })
      // Evaluation sees whole images, and says nothing of crops.
      const stderr = half.stderr.replace(freshCrops, '')
      expect(await adclip.run('evaluate', '--run', run)).toEqual({ ...half, stderr })
      const [exact, rounded] = [await metricsOf('in-float32'), await metricsOf(run)]
      for (const [i, { crossEntropy = Number.NaN }] of exact.entries()) {
        const difference = Math.abs((rounded[i]?.['crossEntropy'] ?? Number.NaN) - crossEntropy)
        expect(difference).toBeGreaterThan(0)
        expect(difference).toBeLessThan(0.1)
      }
    }
  }, 240_000)

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
    expect(stderr).toMatch(/^images: .*\nadclip: .*loss.*\n {2}→ .*\n$/)
  })
})

/** Lines of a run's metrics so far; -1 before there is such a file. */
const linesOf = async (run: string): Promise<number> => {
  try {
    return (await readFile(inFolder(run, 'metrics.jsonl'), 'utf8')).split('\n').length - 1
  } catch {
    return -1
  }
}

/** Stops a process as soon as its run has written so many lines of metrics. */
const stopAt = async (
  process: Running,
  run: string,
  lines: number,
  signal: 'SIGKILL' | 'SIGINT',
): Promise<Outcome> => {
  const state = { over: false }
  const outcome = process.outcome.finally(() => {
    state.over = true
  })
  while (!state.over && (await linesOf(run)) < lines) await wait(2)
  process.stop(signal)
  return outcome
}

/** A random number of lines between two. */
const between = (low: number, high: number): number => Math.round(low + Math.random() * (high - low))

describe.each([
  // Moments: parts of the run after which it is killed, about.
  { command: 'train', start: train, epochs: 40, result: 'prompt_learner.safetensors', moments: [0, 0.3] },
  { command: 'pretrain', start: pretrain, epochs: 12, result: 'clip.safetensors', moments: [0.2] },
  {
    command: 'pretrain-in-float16',
    start: (out: string, epochs: number, ...more: readonly string[]) =>
      pretrain(out, epochs, '--precision', 'float16', ...more),
    epochs: 6,
    result: 'clip.safetensors',
    moments: [],
  },
])('adclip $command, killed and resumed', ({ command, start, epochs, result, moments }) => {
  it('ends with the same bytes as if nothing had happened', async () => {
    const whole = await start(`${command}-whole`, epochs).outcome
    expect(whole.code).toBe(0)
    const run = `${command}-killed`
    const steps = epochs * stepsPerEpoch
    for (const share of moments) {
      const lines = share === 0 ? 0 : between(1, 2 * share * steps)
      const killed = await stopAt(start(run, epochs, '--resume', 'if-there'), run, lines, 'SIGKILL')
      expect(killed.code, `killed at ${lines} of ${steps} lines`).toBe(null)
    }
    const interrupted = await stopAt(
      start(run, epochs, '--resume', 'if-there'),
      run,
      // More lines than a killed run has left: the process is on its way by then, and hears the signal.
      between(0.7 * steps, 0.8 * steps),
      'SIGINT',
    )
    expect(interrupted.code).toBe(130)
    expect(interrupted.stderr).toMatch(/^adclip: .*\n {2}→ .*--resume.*\n$/m)
    const resumed = await start(run, epochs, '--resume').outcome
    expect(resumed).toEqual({ ...whole, stdout: whole.stdout.replace(`${command}-whole`, run) })
    for (const file of [result, 'metrics.jsonl', 'checkpoint.safetensors', 'run.json']) {
      const [first, second] = [inFolder(`${command}-whole`, file), inFolder(run, file)]
      expect((await readFile(first)).equals(await readFile(second)), `${file} is the same`).toBe(true)
    }
  }, 240_000)
})
