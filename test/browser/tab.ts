/** A tab of Chromium whose worker runs a file of `workers/`, bundled for browsers. */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Plugin } from 'esbuild'
import { build } from 'esbuild'
import * as t from 'io-ts'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const { browser: replaced } = expectRight(
  t
    .type({ browser: t.record(t.string, t.string) })
    .decode(JSON.parse(readFileSync(inRepository('package.json'), 'utf8'))),
)

const sourceOf = (built: string): string =>
  inRepository(built.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))

/** What the field `browser` of `package.json` says of built files, for their sources. */
const inBrowsers: Plugin = {
  name: 'in browsers',
  setup: (bundle) => {
    for (const [file, instead] of Object.entries(replaced)) {
      const filter = new RegExp(`${sourceOf(file).replaceAll(/[.+]/g, String.raw`\$&`)}$`)
      bundle.onLoad({ filter }, () => ({ contents: `export * from ${JSON.stringify(sourceOf(instead))}` }))
    }
  },
}

const opened = t.type({
  data: t.type({ tag: t.literal('Ended'), result: t.unknown }),
  milliseconds: t.number,
  /** Turns of the page's event loop while the worker computed: one for each 20 ms, as long as the page responds. */
  ticks: t.number,
  /** Tags of the messages of the worker. */
  messages: t.array(t.string),
  /** Addresses that were asked for; those of other hosts with their host. */
  requests: t.array(t.string),
  complaints: t.array(t.string),
})

/** What a tab did, with the worker's result. */
export type Tab<A> = Omit<t.TypeOf<typeof opened>, 'data'> & { readonly result: A }

/** Settings of a tab. */
export interface TabOptions {
  /** Given to the worker, as JSON. */
  readonly given?: unknown
  /** WebGPU by Chromium's software driver. */
  readonly webgpu?: boolean
  /** Whether the page is cross-origin isolated, which threads need. */
  readonly isolated?: boolean
  /** Further folders that are served, by the beginnings of their addresses. */
  readonly folders?: Readonly<Record<string, string>>
  /** The worker is asked to stop once it reports this progress. */
  readonly stopAfter?: number
}

/** Opens a tab, waits for the result of its worker, and closes it. */
export const inTab = async <A>(
  worker: string,
  codec: t.Type<A, unknown>,
  { given = null, webgpu = false, isolated = true, folders = {}, stopAfter }: TabOptions = {},
): Promise<Tab<A>> => {
  const outdir = inRepository(`build/tab/${worker}`)
  mkdirSync(outdir, { recursive: true })
  await build({
    entryPoints: { worker: inRepository(`test/browser/workers/${worker}.ts`) },
    outdir,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    plugins: [inBrowsers],
    logLevel: 'silent',
  })
  const settings = {
    given,
    webgpu,
    isolated,
    stopAfter,
    folders: { '/onnxruntime/': inRepository('node_modules/onnxruntime-web/dist'), ...folders, '/': outdir },
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [inRepository('test/browser/open-tab.mjs'), chromium ?? '', JSON.stringify(settings)],
    { maxBuffer: 2 ** 30 },
  )
  const { data, ...facts } = expectRight(opened.decode(JSON.parse(stdout)))
  return { ...facts, result: expectRight(codec.decode(data.result)) }
}
