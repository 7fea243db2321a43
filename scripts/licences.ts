/**
 * `npm run licences`: every package that an installation of the library brings along, with its licence, from the lock file.
 * Fails where a licence is unknown, or is not one that permits use in any product.
 */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'

/**
 * Licences without conditions on the code that uses a package. The one with LGPL is libvips, a library of its own that
 * sharp loads: whoever passes it on passes on its licence and lets users replace it.
 */
const permitted: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
])

const Lock = t.type({
  packages: t.record(
    t.string,
    t.intersection([
      t.type({ version: t.string }),
      t.partial({ license: t.string, dev: t.boolean, peer: t.boolean }),
    ]),
  ),
})

const lines = pipe(
  Lock.decode(JSON.parse(readFileSync('package-lock.json', 'utf8'))),
  E.match(
    () => [],
    ({ packages }) =>
      Object.entries(packages).flatMap(([path, { version, license = 'unknown', dev, peer }]) =>
        path === '' || dev === true || peer === true
          ? []
          : [{ name: path.replace(/^.*node_modules\//, ''), version, license }],
      ),
  ),
)

for (const { name, version, license } of lines) console.log(`${name} ${version}  ${license}`)
const others = lines.filter(({ license }) =>
  license
    .replaceAll(/[()]/g, '')
    .split(/ AND | OR /)
    .some((one) => !permitted.has(one)),
)
console.log(`${lines.length} packages, ${others.length} with a licence that is not permitted`)
for (const { name, license } of others) console.error(`${name}: ${license}`)
process.exitCode = lines.length === 0 || others.length > 0 ? 1 : 0
