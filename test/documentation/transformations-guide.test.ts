/** docs/transformations.md is true: its code runs from beginning to end, and prints what the guide shows. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { examplesOfMarkdown, outputsOfMarkdown } from './examples.js'
import { moduleRunner } from './module-runner.js'

const guide = readFileSync(fileURLToPath(new URL('../../docs/transformations.md', import.meta.url)), 'utf8')
const examples = examplesOfMarkdown('docs/transformations.md', guide)

const run = moduleRunner()

it('the guide to transformations prints what it shows', async () => {
  expect(outputsOfMarkdown(guide).length).toBeGreaterThanOrEqual(9)
  const print = vi.spyOn(console, 'log').mockReturnValue()
  const whole = examples.at(-1)
  await run('transformations', whole?.code ?? expect.fail('the guide has no code'))
  const printed = print.mock.calls.flat().join('\n')
  print.mockRestore()
  expect(printed).toBe(outputsOfMarkdown(guide).join('\n'))
})
