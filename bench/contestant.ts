/** A contestant as a child process: started, asked to run, and asked for the time it took. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import type { Peer } from './cases.js'
import { inPackage, pythonCommand } from './peer-command.js'
import type { Message } from './protocol.js'
import { message } from './protocol.js'

export interface Contestant {
  /** The next message, or why there is none. */
  readonly hear: () => Promise<E.Either<string, Message>>
  readonly tellToRun: () => void
  readonly stop: () => void
}

const worker = fileURLToPath(new URL('worker.js', import.meta.url))

const commandOf = (peer: Peer, caseName: string): readonly [string, readonly string[]] => {
  if (peer.startsWith('pytorch')) return pythonCommand('clip_peer.py', peer, caseName)
  if (peer === 'jax') return pythonCommand('jax_peer.py', peer, caseName)
  if (peer === 'jax-js') return [process.execPath, [inPackage('bench', 'peers', 'jax-js.mjs')]]
  return [process.execPath, ['--expose-gc', worker, peer, caseName]]
}

const decode = (line: string): E.Either<string, Message> => {
  const parsed = E.tryCatch((): unknown => JSON.parse(line), String)
  if (E.isLeft(parsed)) return E.left(`it said '${line}'`)
  const decoded = message.decode(parsed.right)
  return E.isRight(decoded) ? decoded : E.left(PathReporter.report(decoded).join('; '))
}

/**
 * Starts a contestant on a case, with these variables added to the bench's own environment. What it prints to standard error is the
 * reason that `hear` gives.
 */
export const startContestant = (
  peer: Peer,
  caseName: string,
  environment: Readonly<Record<string, string>> = {},
): Contestant => {
  const [command, options] = commandOf(peer, caseName)
  const child = spawn(command, options, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  const complaints: string[] = []
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => complaints.push(text))
  child.on('error', (cause) => complaints.push(cause.message))
  child.stdin.on('error', (cause) => complaints.push(cause.message))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    hear: async () => {
      const next = await lines.next()
      return next.done === true
        ? E.left(complaints.join('').trim().split('\n').at(-1) ?? 'it ended without a word')
        : decode(next.value)
    },
    tellToRun: () => void child.stdin.write('run\n'),
    stop: () => void child.stdin.end(),
  }
}
