import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { checkpointFieldsPage } from './checkpoint-fields.js'

it('docs/checkpoint-fields.md lists every field of the configurations that are read, and what is done with it', () => {
  const page = readFileSync(new URL('../../docs/checkpoint-fields.md', import.meta.url), 'utf8')
  expect(page).toBe(checkpointFieldsPage())
})
