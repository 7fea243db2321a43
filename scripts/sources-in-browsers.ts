/** Sources of this repository in bundles for browsers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Plugin } from 'esbuild'

const manifest = t.type({ browser: t.record(t.string, t.string) })

/** What the field `browser` of `package.json` says of built files, for the sources that they were built from. */
export const sourcesInBrowsers = (repository: string): Plugin => ({
  name: 'sources in browsers',
  setup: (bundle) => {
    const decoded = manifest.decode(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')))
    if (E.isLeft(decoded)) throw new Error('package.json has no field `browser`')
    const sourceOf = (built: string): string =>
      join(repository, built.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
    for (const [file, instead] of Object.entries(decoded.right.browser)) {
      const filter = new RegExp(`${sourceOf(file).replaceAll(/[.+]/g, String.raw`\$&`)}$`)
      bundle.onLoad({ filter }, () => ({ contents: `export * from ${JSON.stringify(sourceOf(instead))}` }))
    }
  },
})
