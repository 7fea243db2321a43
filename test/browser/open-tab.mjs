// Serves a folder from this machine, opens a tab whose worker computes something, and prints what the worker posts as its
// result, every request, and what the browser complained about. A script of its own: the browser's driver declares its
// types with those of browsers, which this project does without.
//
// node open-tab.mjs <browser> <<< '{"folders": {"/": "build/tab"}, "given": {...}, "webgpu": false, "isolated": true}'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import { chromium } from 'playwright-core'

const [executablePath = ''] = process.argv.slice(2)
const { folders, given, webgpu, isolated, stopAt } = JSON.parse(await text(process.stdin))

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }
const page = `<!doctype html><meta charset="utf-8"><title>tensile</title><link rel="icon" href="data:,">
<script type="module" src="/page.js"></script>`

const answer = async ({ url = '/' }, response) => {
  if (isolated) {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  }
  const path = decodeURIComponent(url.split('?')[0])
  if (path === '/') return response.setHeader('Content-Type', 'text/html').end(page)
  for (const [prefix, folder] of Object.entries(folders)) {
    const file = join(folder, normalize(path.slice(prefix.length)))
    if (!path.startsWith(prefix) || !(await stat(file).catch(() => undefined))?.isFile()) continue
    response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream')
    return createReadStream(file).pipe(response)
  }
  response.statusCode = 404
  return response.end()
}
const server = createServer((request, response) => {
  answer(request, response).catch((cause) => response.destroy(cause))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

const flags = webgpu
  ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']
  : ['--disable-gpu']
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...flags] })
try {
  const tab = await browser.newPage()
  const complaints = []
  const requests = []
  tab.context().on('request', (request) => requests.push(request.url().replace(origin, '')))
  tab.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`)
  })
  tab.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  await tab.goto(`${origin}/`)
  await tab.waitForFunction(() => globalThis.begin !== undefined)
  const outcome = await tab.evaluate(
    ([what, until]) => globalThis.begin(what, until),
    [given, stopAt ?? null],
  )
  process.stdout.write(JSON.stringify({ ...outcome, requests, complaints }))
} finally {
  await browser.close()
  server.close()
}
