/** All programs to start from, opened, looked at and run in a tab. */
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { startingPrograms } from '../../../site/assembly/playground.js'
import type { Seen } from '../../site/playground.js'
import { inPlayground, lossesIn } from '../../site/playground.js'

describe('the programs to start from', () => {
  const names = startingPrograms(fileURLToPath(new URL('../../../', import.meta.url))).map(({ name }) => name)
  let seen: Seen

  beforeAll(async () => {
    seen = await inPlayground({ edits: 20, examples: names })
  })

  it('are 20', () => {
    expect(names).toHaveLength(20)
  })

  it.each(names)('open, check and run: %s', (name) => {
    const ran = seen.ran.find(({ example }) => example === name)
    expect(ran?.kind, ran?.said).toBe('done')
    expect(ran?.boxes).toBeGreaterThan(0)
    const [first, last] = lossesIn(ran?.said ?? '') ?? []
    if (ran?.curve === 2) expect(last).toBeLessThan(first ?? 0)
    else expect(ran?.values.length).toBeGreaterThan(0)
  })

  it('leave the console empty, and ask no other host', () => {
    expect(seen.complaints).toEqual([])
    expect(seen.requests.filter((address) => !/^(\/|blob:)/.test(address))).toEqual([])
  })
})
