import { afterAll, describe, expect, it } from 'vitest'
import { shortest, tables } from '../../scripts/results/tables.js'
import { buildAdclip } from '../cli/command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const stages = Object.entries(tables('pacs')).flatMap(([table, all]) =>
  all.map((stage) => ({ ...stage, table })),
)

describe('the tables of docs/results.md', () => {
  it.each(stages.filter(({ command }) => command !== 'demo'))(
    'have commands whose options adclip accepts: $table, $name',
    async (stage) => {
      const { code, stderr } = await adclip.start(stage.command, ...stage.options, ...shortest(stage)).outcome
      expect(stderr).toMatch(/: no such (file|folder)\n {2}→ check the path\n$/)
      expect(code).toBe(2)
    },
    60_000,
  )
})
