/** `bundle-limits.json`: what is bundled for browsers, and how large each bundle may be. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

const limits = t.array(
  t.type({
    name: t.string,
    /** A module that imports the package by name. */
    code: t.string,
    /** Bytes, compressed by gzip. */
    limit: t.number,
  }),
)

/** The bundles and their limits. */
export const bundleLimits = (repository: string): t.TypeOf<typeof limits> => {
  const path = join(repository, 'scripts/bundle-limits.json')
  const read = limits.decode(JSON.parse(readFileSync(path, 'utf8')))
  if (E.isLeft(read)) throw new Error(`${path} is no list of bundles`)
  return read.right
}
