/** Writes `docs/checkpoint-fields.md` from the tables of fields: `npm run docs:checkpoint-fields`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkpointFieldsPage } from '../test/documentation/checkpoint-fields.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
writeFileSync(`${root}docs/checkpoint-fields.md`, checkpointFieldsPage())
