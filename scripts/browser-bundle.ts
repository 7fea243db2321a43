/** Bundles of the built package for browsers. */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { build } from 'esbuild'

/** A bundle: minified, as one file. */
export interface BrowserBundle {
  /** Bytes, compressed by gzip. */
  readonly size: number
  /** What is imported and no browser has: modules of Node, and those of packages for Node. */
  readonly unresolved: readonly string[]
}

/** Engines are loaded when they are used, each with files of its own. */
const loadedLater = ['onnxruntime-web/*', '@tensorflow/*']

const buildFailure = t.type({ errors: t.array(t.type({ text: t.string })) })

/** What a bundler cannot resolve, from its errors. */
const unresolvedIn = (cause: unknown): readonly string[] => {
  const failure = buildFailure.decode(cause)
  if (E.isLeft(failure)) throw cause
  return failure.right.errors.map(({ text }) => /^Could not resolve "(.*)"$/.exec(text)?.[1] ?? text)
}

/** Bundles a module with all that it imports. `code` imports `tensile` by name, from the folder `dist` of a repository. */
export const browserBundle = async (repository: string, code: string): Promise<BrowserBundle> => {
  try {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: repository, loader: 'js' },
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'esm',
      external: loadedLater,
      logLevel: 'silent',
      tsconfigRaw: {},
    })
    return { size: gzipSync(outputFiles[0]?.contents ?? new Uint8Array()).length, unresolved: [] }
  } catch (cause) {
    return { size: 0, unresolved: unresolvedIn(cause) }
  }
}

/** This repository, from a script that was compiled to `build/scripts`. */
export const builtRepository = fileURLToPath(new URL('../../', import.meta.url))
