import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import { readDataSet } from '../../src/data/read-data-set.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { nodeRuntime } from '../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../src/effects/runtimes/terminal.js'
import { explain } from '../../src/effects/explain.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { countingEngine } from '../support/testing-engine.js'

/** Reads `data`, where the system refuses to list one folder. */
const readWithout = async (refused: string) => {
  const byte = Uint8Array.of(1)
  const disk = memoryDisk({ 'data/a/x/1.jpg': byte, 'data/b/x/1.jpg': byte, 'data/lost+found/1': byte })
  const world = memoryWorld({ engine: countingEngine, disk })
  const { files } = world.runtime
  const runtime = {
    ...world.runtime,
    files: {
      ...files,
      listFolder: (path: string) =>
        path === refused
          ? TE.left({ tag: 'FileRefused', path, action: 'list', reason: 'permission denied' } as const)
          : files.listFolder(path),
    },
  }
  return { outcome: await interpret(readDataSet('data'))(runtime)(), printed: world.printed }
}

describe('a folder that cannot be listed', () => {
  it('is no domain where it lies in the root, and is counted', async () => {
    const { outcome, printed } = await readWithout('data/lost+found')
    expect(expectRight(outcome).domains.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(printed).toEqual(['skipped in data: 1 folder without classes of images (lost+found)'])
  })

  it('ends the reading where it is the folder of a class', async () => {
    expect(explain(expectLeft((await readWithout('data/b/x')).outcome))).toContain(
      'data/b/x: cannot list: permission denied',
    )
  })
})

describe('a broken link', () => {
  it('is not taken for an image, and is counted', async () => {
    const root = await mkdtemp(join(tmpdir(), 'data-'))
    const printed: string[] = []
    try {
      await mkdir(join(root, 'a', 'x'), { recursive: true })
      await writeFile(join(root, 'a', 'x', '1.jpg'), 'x')
      await symlink(join(root, 'nowhere.jpg'), join(root, 'a', 'x', '2.jpg'))
      const terminal = { ...silentTerminal, printLine: (line: string) => void printed.push(line) }
      const outcome = await interpret(readDataSet(root))(nodeRuntime(referenceEngine, terminal))()
      expect(expectRight(outcome).domains[0]?.training).toHaveLength(1)
      expect(printed).toEqual([`skipped in ${root}: 1 broken link or the like (${join('a', 'x', '2.jpg')})`])
    } finally {
      await rm(root, { recursive: true })
    }
  })
})
