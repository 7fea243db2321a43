/** The version that run.json records. */
import { createRequire } from 'node:module'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

const manifest: unknown = createRequire(import.meta.url)('../../package.json')
const decoded = t.type({ version: t.string }).decode(manifest)

export const version: string = E.isRight(decoded) ? decoded.right.version : 'unknown'
