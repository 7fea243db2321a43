/** `adclip predict` as a user sees it. */
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as t from 'io-ts'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'
import type { Outcome } from './command.js'
import { buildAdclip } from './command.js'
import { smallRuns } from './small-runs.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, prepare, trainBy } = smallRuns(adclip)

/** What the example shows in a tab, what it asked for, and what the browser complained about. */
const shownByPage = t.type({
  lines: t.array(t.string),
  requests: t.array(t.string),
  complaints: t.array(t.string),
})

let exported: Outcome
beforeAll(async () => {
  await prepare()
  await trainBy('coop', 'run', 1, '--context-tokens', '2', '--warm-up', '0', '--no-report').outcome
  exported = await adclip.run('export', '--run', 'run', '--out', 'classifier.onnx')
}, 240_000)

/** Lines of comma-separated values without their heading, as fields. */
const fieldsOf = (csv: string): readonly (readonly string[])[] =>
  csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))

describe('adclip predict', { timeout: 240_000 }, () => {
  it('gives the class and the probability that evaluate writes for the same images, digit by digit', async () => {
    const evaluated = await adclip.run(
      'evaluate',
      '--run',
      'run',
      '--no-report',
      '--predictions',
      'images.csv',
    )
    expect(evaluated.stdout).not.toContain('report:')
    const written = fieldsOf(await readFile(inFolder('images.csv'), 'utf8'))
    const predicted = await adclip.run('predict', '--run', 'run', 'data/sketch')
    expect({ code: predicted.code, stderr: predicted.stderr }).toEqual({ code: 0, stderr: '' })
    expect(predicted.stdout).toMatch(/^path,class,probability\n/)
    expect(fieldsOf(predicted.stdout)).toEqual(
      written.map(([path = '', , , , name, probability]) => [`data/${path}`, name, probability]),
    )
    expect(written).toHaveLength(12)
  })

  it('needs the description that export writes next to the model', () => {
    expect(exported).toMatchObject({ code: 0, stderr: '' })
    expect(exported.stdout).toMatch(/^wrote classifier\.onnx \(.*\)\nwrote classifier\.json \(.*\)\n$/)
  })

  it('gives by the exported model what it gives by the run, up to rounding', async () => {
    const ask = async (...by: readonly string[]) => {
      const { code, stdout, stderr } = await adclip.run(
        ...['predict', ...by, '--format', 'jsonl', '--top', '9', 'data/photo', 'data/sketch/dog/dog-0.png'],
      )
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
    }
    const byRun = await ask('--run', 'run')
    const byModel = await ask('--model', 'classifier.onnx', '--threads', '1')
    expect(byRun).toHaveLength(13)
    const rounded = (value: unknown): string =>
      JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'number' ? inner.toFixed(4) : inner))
    expect(byModel.map(rounded)).toEqual(byRun.map(rounded))
  })

  it('reports images that cannot be read, classifies the others, and exits with 1', async () => {
    await mkdir(inFolder('some'), { recursive: true })
    await copyFile(inFolder('data/photo/dog/dog-0.png'), inFolder('some/dog.png'))
    await writeFile(inFolder('some/broken.png'), Uint8Array.of(1, 2, 3))
    for (const by of [
      ['--run', 'run'],
      ['--model', 'classifier.onnx'],
    ]) {
      const { code, stdout, stderr } = await adclip.run('predict', ...by, 'some')
      expect([code, fieldsOf(stdout).map(([path]) => path)]).toEqual([1, ['some/dog.png']])
      expect(stderr).toMatch(/^skipped: some\/broken\.png.*\n(.*\n)*1 image could not be read\n$/)
    }
    const none = await adclip.run('predict', '--run', 'run', 'nowhere')
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('nowhere')])
    const neither = await adclip.run('predict', 'some')
    expect([neither.code, neither.stderr]).toEqual([2, expect.stringContaining('--run')])
  })
})

describe.skipIf(chromium === undefined)('the example for a page (skipped where there is no Chromium)', () => {
  it('gives in a browser the class and the probability that adclip predict gives by the same model', async () => {
    // Of the model's own size: browsers resize otherwise than the command does.
    await mkdir(inFolder('page'), { recursive: true })
    const names = ['dog.png', 'tree.png']
    for (const [i, from] of ['photo/dog/dog-0.png', 'sketch/tree/tree-1.png'].entries()) {
      await sharp(inFolder('data', from))
        .resize(16, 16)
        .png()
        .toFile(inFolder('page', names[i] ?? ''))
    }
    for (const name of ['classifier.onnx', 'classifier.json'])
      await copyFile(inFolder(name), inFolder('page', name))
    const repository = fileURLToPath(new URL('../../', import.meta.url))
    await copyFile(join(repository, 'examples', 'classify.html'), inFolder('page', 'classify.html'))
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(repository, 'test', 'browser', 'open-classify.mjs'), chromium ?? ''],
      {
        encoding: 'utf8',
        input: JSON.stringify({
          folders: {
            '/ort/': join(repository, 'node_modules', 'onnxruntime-web', 'dist'),
            '/': inFolder('page'),
          },
          images: names.map((name) => inFolder('page', name)),
        }),
      },
    )
    expect(stderr).toBe('')
    const { lines, requests, complaints } = expectRight(shownByPage.decode(JSON.parse(stdout)))
    expect(complaints).toEqual([])
    expect(requests.filter((address) => !/^[/]|^data:/.test(address))).toEqual([])
    const predicted = await adclip.run(
      'predict',
      '--model',
      'classifier.onnx',
      ...names.map((name) => `page/${name}`),
    )
    const expected = fieldsOf(predicted.stdout)
    expect(expected).toHaveLength(2)
    for (const [i, [, name = '', probability]] of expected.entries()) {
      const [, shown, share] = /^.*: (.*) ([\d.]+) %$/.exec(lines[i] ?? '') ?? []
      expect(shown).toBe(name)
      expect(Math.abs(Number(share) - 100 * Number(probability))).toBeLessThan(0.06)
    }
  })
})

describe('the example for Node', () => {
  it('classifies images by the exported model and the file next to it', async () => {
    const script = fileURLToPath(new URL('../../examples/classify.mjs', import.meta.url))
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [script, 'classifier.onnx', 'data/photo/dog/dog-0.png', 'data/sketch/tree/tree-1.png'],
      { cwd: adclip.folder, encoding: 'utf8' },
    )
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^data\/photo\/dog\/dog-0\.png: (dog|house|tree) \d+ %\ndata\/sketch\/.*: (dog|house|tree) \d+ %\n$/,
    )
  })
})
