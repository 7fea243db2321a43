/** The version of an installed package. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'

const Manifest = t.type({ version: t.string })
const require = createRequire(import.meta.url)

/** The version in the package's package.json; none if it is not installed. */
export const packageVersion = (name: string): O.Option<string> =>
  pipe(
    require.resolve.paths(name) ?? [],
    O.fromPredicate((folders) => folders.length > 0),
    O.chain((folders) =>
      pipe(
        folders.map((folder) =>
          E.tryCatch(() => readFileSync(join(folder, name, 'package.json'), 'utf8'), String),
        ),
        (found) => O.fromNullable(found.find(E.isRight)),
      ),
    ),
    O.chain(({ right }) => O.fromEither(E.tryCatch((): unknown => JSON.parse(right), String))),
    O.filter(Manifest.is),
    O.map(({ version }) => version),
  )
