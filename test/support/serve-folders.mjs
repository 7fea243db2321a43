// Serves folders from this machine, with the headers of a page that may use threads.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const types = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
}

const isFile = async (path) => (await stat(path).catch(() => undefined))?.isFile() === true

/** Gives the origin of the server, and a function that ends it. `pages` are texts of HTML by their addresses. */
export const serveFolders = async (folders, pages = {}) => {
  const answer = async ({ url = '/' }, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    const path = decodeURIComponent(url.split(/[?#]/)[0])
    if (pages[path] !== undefined) return response.setHeader('Content-Type', 'text/html').end(pages[path])
    for (const [prefix, folder] of Object.entries(folders)) {
      const file = join(folder, normalize(path.slice(prefix.length)))
      const found = [file, join(file, 'index.html'), `${file}.html`]
      for (const candidate of found) {
        if (!path.startsWith(prefix) || !(await isFile(candidate))) continue
        response.setHeader('Content-Type', types[extname(candidate)] ?? 'application/octet-stream')
        return createReadStream(candidate).pipe(response)
      }
    }
    response.statusCode = 404
    return response.end()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((cause) => response.destroy(cause))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${server.address().port}`, end: () => server.close() }
}
