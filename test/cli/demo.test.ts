import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'
import { expectRight } from '../expect-either.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const inFolder = (...path: readonly string[]): string => join(adclip.folder, ...path)

describe('adclip demo', () => {
  it('adapts the CLIP that comes along to drawings of another style, and says what came of it and what to try', async () => {
    const { code, stdout, stderr } = await adclip.run(
      'demo',
      '--images',
      '2',
      '--epochs',
      '1',
      '--out',
      'demo',
    )
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^photo → crayon: 12 classes, 24 images with labels, 24 without; CLIP .*; engine onnx; demo.run\nimages: 2 views of each image: the whole of it, and its mirror image\n$/,
      ),
    })
    expect(stdout).toMatch(/^photo → crayon, preset robust, seed 1: accuracy on the target, %$/m)
    expect(stdout).toMatch(/^balanced +24 +[\d.]+ +[\d.]+ +[-+][\d.]+$/m)
    expect(stdout).toMatch(/^report: demo.run.report\.html$/m)
    expect(stdout).toMatch(/^Try next:$/m)
    expect(await readFile(inFolder('demo', 'run', 'report.html'), 'utf8')).toMatch(/^<!doctype html>/)
    const evaluation: unknown = JSON.parse(await readFile(inFolder('demo', 'run', 'evaluation.json'), 'utf8'))
    // Far above chance, one in 12, or the CLIP is not the one that was trained.
    expect(expectRight(evaluationCodec.decode(evaluation)).zeroShot.balanced).toBeGreaterThan(0.3)
  }, 120_000)
})
