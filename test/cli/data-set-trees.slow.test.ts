import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inputDigests } from '../../src/experiments/inputs/digests.js'
import { expectRight } from '../expect-either.js'
import { dataSetTrees } from '../support/data-set-trees.js'
import { buildAdclip } from './command.js'
import { drawnClip } from './drawn-clip.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const write = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  await mkdir(dirname(join(adclip.folder, path)), { recursive: true })
  await writeFile(join(adclip.folder, path), bytes)
}

beforeAll(async () => {
  await write('clip.safetensors', await drawnClip())
}, 60_000)

describe('adclip table reads, without being told the layout,', () => {
  it.each(dataSetTrees.map((tree, i) => ({ ...tree, root: `tree-${i}` })))(
    '$what',
    async ({ root, files, source, target, counts, classNames, said = [] }) => {
      for (const [path, bytes] of Object.entries(files)) await write(join(root, path), bytes)
      const { code, stdout, stderr } = await adclip.run(
        ...['table', '--data', root, '--clip', 'clip.safetensors', '--out', `${root}-table`],
        ...['--methods', 'zero-shot', '--pairs', `${source}:${target}`, '--seeds', '1', '--format', 'json'],
        ...(classNames === undefined ? [] : ['--class-names', join(root, classNames)]),
      )
      expect(stderr).not.toContain('adclip:')
      expect(code).toBe(0)
      expect(stdout).toContain('CLIP zero-shot')
      for (const line of said) expect(stderr).toMatch(line)
      if (said.length === 0) expect(stderr).not.toMatch(/skipped|warning/)
      const run = join(adclip.folder, `${root}-table`, 'zero-shot', `${source}-to-${target}`)
      const kept: unknown = JSON.parse(await readFile(join(run, 'inputs.json'), 'utf8'))
      expect(
        expectRight(inputDigests.decode(kept)).domains.map(({ name, training, evaluation }) => ({
          name,
          training: training.images,
          evaluation: evaluation.images,
        })),
      ).toEqual([source, target].map((name) => ({ name, ...counts })))
    },
    60_000,
  )
})
