import { cp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildAdclip } from './command.js'
import { smallRuns } from './small-runs.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, prepare, readJson, train, trainBy } = smallRuns(adclip)

beforeAll(async () => {
  await prepare()
}, 60_000)

/** What a run says at its start. */
const freshCrops = 'images: a new random crop of each image in every epoch, flipped for half of them\n'
const startLine = (out: string): string =>
  `photo → sketch: 3 classes, 12 images with labels, 12 without; CLIP ${join('clip', 'clip.safetensors')} (16 pixels); engine onnx; ${out}\n`
const wholeImages = 'images: 2 views of each image: the whole of it, and its mirror image\n'

describe('adclip train', () => {
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
    expect({ code: byCoOp.code, stderr: byCoOp.stderr }).toEqual({
      code: 0,
      stderr: `${startLine('coop')}${freshCrops}`,
    })
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
    expect({ code: changed.code, stderr: changed.stderr }).toEqual({
      code: 0,
      stderr: `${startLine('changed')}${wholeImages}`,
    })
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
})
