import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileOf, smallClip, smallWeights } from '../formats/checkpoints/small-checkpoints.js'
import { startHub } from '../formats/hub/local-hub.js'
import { expectRight } from '../expect-either.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const clip = fileOf(smallWeights, { floatType: 'F16', metadata: { format: 'pt' } })
const at = (...names: readonly string[]): string => join(adclip.folder, ...names)
beforeAll(async () => {
  await writeFile(at('clip.safetensors'), clip)
  await writeFile(at('cut.safetensors'), clip.subarray(0, 1000))
  await writeFile(at('clip.pt'), Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0, 0))
  await mkdir(at('empty'))
})

describe('adclip inspect', () => {
  it('shows the CLIP, its parts and its tensors', async () => {
    const { code, stdout } = await adclip.run('inspect', 'clip.safetensors')
    expect(code).toBe(0)
    expect(stdout).toContain("clip.safetensors: a CLIP, under OpenAI's names\n")
    expect(stdout).toContain('images  6 × 6; vision transformer of 2 blocks, width 8, 1 head, patches of 3\n')
    expect(stdout).toContain('blocks  quick GELU, norms with an epsilon of 1e-5\n')
    expect(stdout).toContain('from    the tensors alone: no configuration lies next to them\n')
    expect(stdout).toContain('assumed the quick GELU; an epsilon of 1e-5; one head for every 64 features; ')
    expect(stdout).toMatch(/^text encoder +4068$/m)
    expect(stdout).toMatch(/^visual\.conv1\.weight +F16 +\[8, 3, 3, 3\]$/m)
    expect(stdout).toContain('  format: pt\n')
  })

  it('lists a file of 130,000 tensors with metadata that would act on a terminal', async () => {
    const count = 130_000
    const described = Array.from({ length: count }, (_, i) => [
      `layers.${i}.weight`,
      { dtype: 'U8', shape: [1], data_offsets: [i, i + 1] },
    ])
    const metadata = { note: 'x'.repeat(100_000), colour: '\u001B[31mred' }
    const header = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(described) }))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    await writeFile(at('many.safetensors'), Buffer.concat([length, header, Buffer.alloc(count)]))
    const { code, stdout, stderr } = await adclip.run('inspect', 'many.safetensors')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines).toContain('layers.129999.weight  U8    [1]')
    expect(lines).toContain('  colour: \\u{1b}[31mred')
    expect(lines.filter((line) => line.length > 250)).toEqual([])
  }, 60_000)

  it('prints one JSON object with --json', async () => {
    const { stdout } = await adclip.run('inspect', '--json', 'clip.safetensors')
    const Report = t.type({
      clip: t.type({ convention: t.string, architecture: t.UnknownRecord, fits: t.boolean }),
      types: t.UnknownRecord,
      tensors: t.array(t.type({ name: t.string, type: t.string, shape: t.array(t.number) })),
    })
    const { clip: found, types, tensors } = expectRight(Report.decode(JSON.parse(stdout)))
    expect(found).toMatchObject({ convention: 'openai', architecture: smallClip, fits: true })
    expect(types).toEqual({ F16: tensors.length })
  })

  it.each([
    { file: 'cut.safetensors', said: 'cut.safetensors: not a valid safetensors file: it is truncated' },
    { file: 'clip.pt', said: 'clip.pt: it is a PyTorch file' },
    { file: 'empty', said: 'empty: it is a folder that holds no checkpoint' },
    { file: 'nowhere', said: 'nowhere: no such file' },
  ])('says what is wrong with $file, and exits with 2', async ({ file, said }) => {
    const { code, stdout, stderr } = await adclip.run('inspect', file)
    expect(stderr).toContain(said)
    expect(stderr).toMatch(/^adclip: .*\n {2}→ .*\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('adclip convert', () => {
  it("goes to Hugging Face's names and back, byte for byte", async () => {
    const command = ['convert', 'clip.safetensors', '--to', 'hugging-face', '--out', 'theirs'] as const
    const unsaid = await adclip.run(...command)
    expect(unsaid.stderr).toContain(
      'adclip: --activation (clip.safetensors): no configuration next to the weights',
    )
    const there = await adclip.run(...command, '--activation', 'quick-gelu')
    expect(there.stdout).toBe(
      "theirs/model.safetensors: Hugging Face's names, where OpenAI's were\n" +
        'its configuration says what is assumed: an epsilon of 1e-5; one head for every 64 features\n',
    )
    expect(await readdir(at('theirs'))).toEqual(['config.json', 'model.safetensors'])
    const back = await adclip.run('convert', 'theirs', '--to', 'openai', '--out', 'back.safetensors')
    expect(back.code).toBe(0)
    expect(Buffer.compare(await readFile(at('back.safetensors')), clip)).toBe(0)
  })
})

describe('adclip fetch', () => {
  it('downloads a CLIP from a hub, and keeps files that are complete', async () => {
    const hub = await startHub('timm/vit_base_patch16_clip_224.openai', {
      'open_clip_model.safetensors': clip,
    })
    const { code, stdout } = await adclip.run('fetch', 'ViT-B/16', '--hub', hub.url)
    expect(stdout).toBe(
      'clips/ViT-B-16/open_clip_model.safetensors\n\n' +
        'now: adclip inspect clips/ViT-B-16, or adclip train --clip clips/ViT-B-16 ...\n',
    )
    expect(code).toBe(0)
    expect(Buffer.compare(await readFile(at('clips', 'ViT-B-16', 'open_clip_model.safetensors')), clip)).toBe(
      0,
    )
    const again = await adclip.run('fetch', 'ViT-B/16', '--hub', hub.url)
    expect(again.stdout).toContain('open_clip_model.safetensors (was there)\n')
    await hub.close()
  })

  it('says that there is no network, and exits with 2', async () => {
    const hub = await startHub('owner/clip', {})
    await hub.close()
    const { code, stdout, stderr } = await adclip.run('fetch', 'ViT-B/16', '--hub', hub.url)
    expect(stderr).toMatch(
      /^adclip: http:.*: cannot be reached: connect ECONNREFUSED .*\n {2}→ check the network; .*\n$/,
    )
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
