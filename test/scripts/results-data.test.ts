import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { dataFolders, expectedLists, makeData, pacsDomains } from '../../scripts/results/data.js'

const root = await mkdtemp(join(tmpdir(), 'results-'))
afterAll(() => rm(root, { recursive: true }))
const [pacs, out] = [join(root, 'pacs'), join(root, 'out')]

await mkdir(join(out, 'data'), { recursive: true })
for (const folder of pacsDomains.flatMap((domain) => [`${domain}/dog`, `${domain}/house`])) {
  await mkdir(join(pacs, folder), { recursive: true })
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'notes.txt'])
    await writeFile(join(pacs, folder, name), `${folder}/${name}`)
}

/** Files and links below a folder of results, by path. */
const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(out, folder), { recursive: true })).filter((path) => path.endsWith('.jpg')).toSorted()

/** When the folder was made. */
const madeAt = async (folder: string): Promise<number> => (await lstat(join(out, folder))).birthtimeMs

describe('the data sets of docs/results.md', () => {
  const lines = makeData(pacs, out)

  it('are halves of PACS without a common image, and lists of them', async () => {
    const [seen, unseen] = [await filesBelow(dataFolders.seen), await filesBelow(dataFolders.unseen)]
    expect(seen).toEqual(
      pacsDomains
        .flatMap((domain) =>
          ['dog/a', 'dog/c', 'house/a', 'house/c'].map((image) => `${domain}/${image}.jpg`),
        )
        .toSorted(),
    )
    expect(unseen).toEqual(
      pacsDomains
        .flatMap((domain) => ['dog/b', 'house/b'].map((image) => `${domain}/${image}.jpg`))
        .toSorted(),
    )
    expect(await readFile(join(out, 'data/unseen.txt'), 'utf8')).toBe(
      unseen.map((path) => `${path}\n`).join(''),
    )
    expect(await readFile(join(out, 'data/seen.sha256'), 'utf8')).toMatch(
      /^([0-9a-f]{64} {2}\S+\.jpg\n){16}$/,
    )
  })

  it('are links to the images', async () => {
    const path = join(out, dataFolders.seen, 'photo/dog/c.jpg')
    expect((await lstat(path)).isSymbolicLink()).toBe(true)
    expect(await readFile(path, 'utf8')).toBe('photo/dog/c.jpg')
  })

  it('hold sketches to pretrain on under another name than those to adapt to', async () => {
    const pretraining = await filesBelow(dataFolders.withSketches)
    expect(pretraining.filter((path) => path.startsWith('sketch_seen/'))).toHaveLength(4)
    expect(pretraining).toHaveLength(3 * 6 + 4)
    expect(await filesBelow(dataFolders.unseenSketches)).toEqual(
      [
        ...['a', 'b', 'c'].flatMap((image) => [`photo/dog/${image}.jpg`, `photo/house/${image}.jpg`]),
        'sketch/dog/b.jpg',
        'sketch/house/b.jpg',
      ].toSorted(),
    )
  })

  it('are said to be others where their lists are not those that figures were measured with', () => {
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(
      /^seen\.txt: 16 images, SHA-256 [0-9a-f]{64}: not those of docs\/results\.md, which are f9cab6/,
    )
  })

  it('are left alone where they are there, and made again where they are incomplete', async () => {
    const before = await madeAt(dataFolders.seen)
    makeData(pacs, out)
    expect(await madeAt(dataFolders.seen)).toBe(before)
    await rm(join(out, dataFolders.seen, 'photo/dog/a.jpg'))
    makeData(pacs, out)
    expect(await filesBelow(dataFolders.seen)).toHaveLength(16)
  })

  it('have lists with the hashes that docs/results.md prints', async () => {
    const page = await readFile(fileURLToPath(new URL('../../docs/results.md', import.meta.url)), 'utf8')
    const bare = page.replaceAll(/ +/g, ' ')
    for (const [half, { paths, contents }] of Object.entries(expectedLists)) {
      expect(bare).toContain(`| \`${half}.txt\` | \`${paths}\` |`)
      expect(bare).toContain(`| \`${half}.sha256\` | \`${contents}\` |`)
    }
  })
})
