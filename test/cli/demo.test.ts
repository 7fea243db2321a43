import { readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { expectRight } from '../expect-either.js'
import { buildAdclip } from './command.js'

const assets = fileURLToPath(new URL('../../assets', import.meta.url))
const ownClip = join(assets, 'demo-clip.safetensors')

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
beforeAll(() => symlink(assets, join(dirname(adclip.folder), 'assets'), 'junction'))

const inFolder = (...path: readonly string[]): string => join(adclip.folder, ...path)

const shapesOf = async (path: string): Promise<Readonly<Record<string, string>>> => {
  const { tensors } = expectRight(decodeSafetensors(path, await readFile(path)))
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, `${dtype}[${shape.join(', ')}]`]),
  )
}

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
      stderr: 'images: 2 views of each image: the whole of it, and its mirror image\n',
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

describe('adclip demo-clip', () => {
  it('makes the same file from the same recipe, in the format of the packaged one', async () => {
    for (const out of ['once', 'again']) {
      expect(await adclip.run('demo-clip', '--images', '1', '--epochs', '1', '--out', out)).toEqual({
        code: 0,
        stdout: `wrote ${join(out, 'demo-clip.safetensors')}\n`,
        stderr: expect.stringMatching(/^warning: the cross entropy of the last steps .*\n$/),
      })
    }
    const [once, again] = [
      inFolder('once', 'demo-clip.safetensors'),
      inFolder('again', 'demo-clip.safetensors'),
    ]
    expect((await readFile(once)).equals(await readFile(again))).toBe(true)
    expect(await shapesOf(once)).toEqual(await shapesOf(ownClip))
  }, 120_000)
})
