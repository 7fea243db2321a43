/** Runs in other precisions and on other engines, next to those in float32 on ONNX Runtime. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { expectRight } from '../expect-either.js'
import { buildAdclip } from './command.js'
import { smallRuns, stepsPerEpoch } from './small-runs.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, metricsOf, prepare, pretrain, readJson, train } = smallRuns(adclip)
beforeAll(prepare, 60_000)

/** What a run says at its start. */
const freshCrops = 'images: a new random crop of each image in every epoch, flipped for half of them\n'

describe('adclip pretrain', () => {
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
      expect(half.stderr).toMatch(
        new RegExp(`^engine: .*${precision}.*float32.*not faster\\nphoto → sketch: .*\\nimages: .*\\n$`),
      )
      expect(await readJson(run, 'run.json')).toMatchObject({ precision })
      // Evaluation sees whole images, and says nothing of crops.
      const stderr = half.stderr.replace(freshCrops, '').replace(/^photo → sketch: .*\n/m, '')
      expect(await adclip.run('evaluate', '--run', run)).toEqual({ ...half, stderr })
      const [exact, rounded] = [await metricsOf('in-float32'), await metricsOf(run)]
      for (const [i, { crossEntropy = Number.NaN }] of exact.entries()) {
        const difference = Math.abs((rounded[i]?.['crossEntropy'] ?? Number.NaN) - crossEntropy)
        expect(difference).toBeGreaterThan(0)
        expect(difference).toBeLessThan(0.1)
      }
    }
  }, 240_000)
})
