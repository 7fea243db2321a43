/** `adclip evaluate` on other images than the target's, as a user sees it. */
import { cp, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildAdclip } from './command.js'
import { smallRuns } from './small-runs.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())
const { inFolder, prepare, trainBy } = smallRuns(adclip)

beforeAll(async () => {
  await prepare()
  await trainBy('coop', 'run', 1, '--context-tokens', '2', '--warm-up', '0', '--no-report').outcome
}, 240_000)

describe('adclip evaluate on other images', { timeout: 240_000 }, () => {
  it('takes the source, and a list of images, and leaves the evaluation of the run as it is', async () => {
    const before = await readFile(inFolder('run', 'evaluation.json'), 'utf8')
    const onSource = await adclip.run('evaluate', '--run', 'run', '--target', 'photo', '--json')
    expect(JSON.parse(onSource.stdout)).toMatchObject({ target: 'photo', adapted: { count: 12 } })
    await writeFile(inFolder('list.txt'), 'photo/dog/dog-1.png dog\nsketch/tree/tree-0.png,2\n\n')
    const onList = await adclip.run('evaluate', '--run', 'run', '--list', 'list.txt', '--json')
    expect(JSON.parse(onList.stdout)).toMatchObject({ target: 'list.txt', adapted: { count: 2 } })
    await writeFile(inFolder('wrong.txt'), 'photo/dog/dog-1.png cat\n')
    const wrong = await adclip.run('evaluate', '--run', 'run', '--list', 'wrong.txt')
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("line 1: 'cat' is none of the run's 3 classes"),
    ])
    expect(await readFile(inFolder('run', 'evaluation.json'), 'utf8')).toBe(before)
  })
})

describe('adclip evaluate on another data set', { timeout: 240_000 }, () => {
  it('takes a domain of it by --target, whose classes are those of the run', async () => {
    await cp(inFolder('data', 'sketch'), inFolder('other', 'drawings'), { recursive: true })
    const [own, other, missing] = await Promise.all([
      adclip.run('evaluate', '--run', 'run', '--target', 'sketch', '--json'),
      adclip.run('evaluate', '--run', 'run', '--data', 'other', '--target', 'drawings', '--json'),
      adclip.run('evaluate', '--run', 'run', '--data', 'other', '--target', 'drawing'),
    ])
    const asSketch = other.stdout.replace('"target":"drawings"', '"target":"sketch"')
    expect([other.code, asSketch]).toEqual([0, own.stdout])
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('drawing')])
  })

  it('refuses images of a class that the run was not trained on', async () => {
    await cp(inFolder('data', 'sketch'), inFolder('more', 'sketch'), { recursive: true })
    await cp(inFolder('data', 'sketch', 'dog'), inFolder('more', 'sketch', 'zebra'), { recursive: true })
    const { code, stderr } = await adclip.run(
      'evaluate',
      '--run',
      'run',
      '--data',
      'more',
      '--target',
      'sketch',
    )
    expect([code, stderr]).toEqual([2, expect.stringContaining('zebra')])
  })
})
