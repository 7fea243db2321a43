import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { expectRight } from '../expect-either.js'
import { buildAdclip } from './command.js'

const ownClip = fileURLToPath(new URL('../../assets/demo-clip.safetensors', import.meta.url))

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const inFolder = (...path: readonly string[]): string => join(adclip.folder, ...path)

const shapesOf = async (path: string): Promise<Readonly<Record<string, string>>> => {
  const { tensors } = expectRight(decodeSafetensors(path, await readFile(path)))
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, `${dtype}[${shape.join(', ')}]`]),
  )
}

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
