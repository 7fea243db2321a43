// Serves a folder from this machine, opens a tab whose worker computes something, and prints what the worker posts as its
// result, every request, and what the browser complained about. A script of its own: the browser's driver declares its
// types with those of browsers, which this project does without.
//
// node open-tab.mjs <browser> '{"folders": {"/": "build/tab"}, "given": {...}, "webgpu": false, "isolated": true}'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { chromium } from 'playwright-core'

const [executablePath = '', text = '{}'] = process.argv.slice(2)
const { folders, given, webgpu, isolated, stopAfter } = JSON.parse(text)

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }
const page = `<!doctype html><meta charset="utf-8"><title>tensile</title><link rel="icon" href="data:,">
<script type="module">
  const worker = new Worker('/worker.js', { type: 'module' })
  globalThis.messages = []
  globalThis.ticks = 0
  setInterval(() => { globalThis.ticks += 1 }, 20)
  const answered = new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      globalThis.messages.push(data.tag)
      if (data.tag === 'Progress' && ${JSON.stringify(stopAfter ?? null)} !== null && data.progress.done >= ${JSON.stringify(stopAfter ?? 0)})
        worker.postMessage({ tag: 'Stop' })
      if (data.tag === 'Ended') resolve(data)
    }
    worker.onerror = ({ message }) => resolve({ tag: 'Broken', message })
  })
  const begun = performance.now()
  globalThis.outcome = answered.then((data) => ({ data, milliseconds: performance.now() - begun, ticks: globalThis.ticks, messages: globalThis.messages }))
  worker.postMessage({ tag: 'Start', given: ${JSON.stringify(given).replaceAll('<', '\\u003c')} })
</script>`

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
  const outcome = await tab.evaluate(() => globalThis.outcome)
  process.stdout.write(JSON.stringify({ ...outcome, requests, complaints }))
} finally {
  await browser.close()
  server.close()
}
