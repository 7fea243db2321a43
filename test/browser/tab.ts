/** A tab of Chromium whose worker runs a file of `workers/`, bundled for browsers. */
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import * as t from 'io-ts'
import { sourcesInBrowsers } from '../../scripts/sources-in-browsers.js'
import { expectRight } from '../expect-either.js'
import { chromium } from '../support/chromium.js'

export const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const opened = t.type({
  result: t.unknown,
  milliseconds: t.number,
  /** Turns of the page's event loop while the worker computed: one for each 20 ms, as long as the page responds. */
  ticks: t.number,
  /** Lines that the worker printed. */
  lines: t.array(t.string),
  progress: t.array(t.type({ label: t.string, done: t.number, total: t.number })),
  /** Addresses that were asked for; those of other hosts with their host. */
  requests: t.array(t.string),
  complaints: t.array(t.string),
})

/** What a tab did, with the worker's result. */
export type Tab<A> = Omit<t.TypeOf<typeof opened>, 'result'> & { readonly result: A }

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
  readonly stopAt?: { readonly label: string; readonly done: number }
}

/** Opens a tab, waits for the result of its worker, and closes it. */
export const inTab = async <A>(
  worker: string,
  codec: t.Type<A, unknown>,
  { given = null, webgpu = false, isolated = true, folders = {}, stopAt }: TabOptions = {},
): Promise<Tab<A>> => {
  const outdir = inRepository(`build/tab/${worker}`)
  mkdirSync(outdir, { recursive: true })
  await build({
    entryPoints: {
      worker: inRepository(`test/browser/workers/${worker}.ts`),
      page: inRepository('test/browser/page.ts'),
    },
    outdir,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    plugins: [sourcesInBrowsers(inRepository(''))],
    logLevel: 'silent',
  })
  const settings = {
    given,
    webgpu,
    isolated,
    stopAt,
    folders: { '/onnxruntime/': inRepository('node_modules/onnxruntime-web/dist'), ...folders, '/': outdir },
  }
  const opening = promisify(execFile)(
    process.execPath,
    [inRepository('test/browser/open-tab.mjs'), chromium ?? ''],
    { maxBuffer: 2 ** 30 },
  )
  opening.child.stdin?.end(JSON.stringify(settings))
  const { stdout } = await opening
  const { result, ...facts } = expectRight(opened.decode(JSON.parse(stdout)))
  return { ...facts, result: expectRight(codec.decode(result)) }
}
