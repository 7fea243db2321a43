/** A hub on this machine that answers the Hugging Face Hub's requests for files, and misbehaves on request. */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

type Files = Readonly<Record<string, Uint8Array>>

/** `busy`: says so. `silent`: never answers. `stalled`: sends ten bytes, and then nothing. `reset`: breaks off before an answer. */
export type Trouble = 'busy' | 'silent' | 'stalled' | 'reset'

const trouble = (kind: Trouble, response: ServerResponse): void => {
  if (kind === 'reset') response.destroy()
  if (kind === 'busy') response.writeHead(429, { 'retry-after': '0' }).end()
  if (kind === 'stalled') response.writeHead(200, { 'content-length': 1000 }).write(new Uint8Array(10))
}

/** A local hub with one repository. */
export interface LocalHub {
  readonly url: string
  /** Byte ranges that were asked for, by file, the probes of single bytes left out. */
  readonly asked: { readonly path: string; readonly range: string }[]
  /** Breaks off each answer of a file after so many bytes; undefined: never. */
  cutAfter: number | undefined
  /** How fast files are sent; undefined: at once. */
  bytesPerSecond: number | undefined
  /** How the next requests are treated, one after the other; all later ones are answered. */
  readonly troubles: Trouble[]
  readonly close: () => Promise<void>
}

const digest = (kind: 'sha1' | 'sha256', ...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash(kind)).digest('hex')

/** How the hub lists its files: large ones with their SHA-256, small ones by git's hash. */
export const listing = (files: Files, large = /\.safetensors$/): readonly unknown[] => [
  { type: 'directory', path: 'onnx', size: 0, oid: '0' },
  ...Object.entries(files).map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: digest('sha1', `blob ${bytes.length}\0`, bytes),
    ...(large.test(path) && {
      lfs: { oid: digest('sha256', bytes), size: bytes.length, pointerSize: 134 },
    }),
  })),
]

/** Sends bytes in 50 pieces a second. */
const sendSlowly = async (
  bytes: Uint8Array,
  bytesPerSecond: number,
  response: ServerResponse,
): Promise<void> => {
  const piece = Math.ceil(bytesPerSecond / 50)
  for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
    response.write(bytes.subarray(at, at + piece))
    await wait(20)
  }
  response.end()
}

const sendRange = (
  { cutAfter, bytesPerSecond, asked }: LocalHub,
  path: string,
  bytes: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')
  const [from, to] = range === null ? [0, bytes.length - 1] : [Number(range[1]), Number(range[2])]
  const part = bytes.subarray(from, to + 1)
  if (part.length > 1) asked.push({ path, range: `${from}-${to}` })
  response.writeHead(range === null ? 200 : 206, {
    etag: '"x"',
    'content-length': part.length,
    ...(range !== null && { 'content-range': `bytes ${from}-${to}/${bytes.length}` }),
  })
  if (bytesPerSecond !== undefined) {
    void sendSlowly(part, bytesPerSecond, response)
    return
  }
  if (cutAfter === undefined || part.length <= cutAfter) response.end(part)
  else response.write(part.subarray(0, cutAfter), () => response.destroy())
}

/**
 * Starts a hub. `listed` is what it says that it has, if that is something else than the files.
 *
 * @example
 * const hub = await startHub('owner/clip', { 'model.safetensors': bytes })
 */
export const startHub = async (
  repository: string,
  files: Files,
  listed: readonly unknown[] = listing(files),
): Promise<LocalHub> => {
  const server = createServer((request, response) => {
    const kind = hub.troubles.shift()
    if (kind !== undefined) {
      trouble(kind, response)
      return
    }
    const { pathname } = new URL(request.url ?? '/', 'http://hub')
    const path = pathname.replace(`/${repository}/resolve/main/`, '')
    const bytes = files[path]
    if (pathname === `/api/models/${repository}/tree/main`) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(listed))
    } else if (bytes !== undefined) sendRange(hub, path, bytes, request, response)
    else {
      const code = pathname.startsWith('/api/') ? 'RepoNotFound' : 'EntryNotFound'
      response.writeHead(404, { 'content-type': 'application/json', 'x-error-code': code })
      response.end(JSON.stringify({ error: 'Repository not found' }))
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const hub: LocalHub = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    cutAfter: undefined,
    bytesPerSecond: undefined,
    troubles: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return hub
}
