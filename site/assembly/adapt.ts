/** The files of the page that adapts in a tab: its page, its worker, the CLIP of the demo, ONNX Runtime. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { build } from 'esbuild'
import { sourcesInBrowsers } from '../../scripts/sources-in-browsers.js'

const manifest = t.type({ version: t.string })

const versionOf = (repository: string): string => {
  const decoded = manifest.decode(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')))
  return E.isRight(decoded) ? decoded.right.version : 'unknown'
}

/** Writes everything that the page loads into a folder. */
export const writeAdapt = async (repository: string, out: string): Promise<void> => {
  mkdirSync(join(out, 'onnxruntime'), { recursive: true })
  for (const ending of ['mjs', 'wasm']) {
    const file = `ort-wasm-simd-threaded.${ending}`
    copyFileSync(join(repository, 'node_modules/onnxruntime-web/dist', file), join(out, 'onnxruntime', file))
  }
  copyFileSync(join(repository, 'assets/demo-clip.safetensors'), join(out, 'demo-clip.safetensors'))
  copyFileSync(join(repository, 'site/adapt/adapt.css'), join(out, 'adapt.css'))
  await build({
    absWorkingDir: repository,
    entryPoints: { adapt: 'site/adapt/page.ts', 'adapt-worker': 'site/adapt/worker/worker.ts' },
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { TENSILE_VERSION: JSON.stringify(versionOf(repository)) },
    plugins: [sourcesInBrowsers(repository)],
    logLevel: 'warning',
  })
}
