/**
 * A process that checks an engine, within limits of time and memory. It serves many checks, so that it starts seldom; after a crash,
 * a hang or too much memory, the next check starts another.
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { EngineSource } from './engine-source.js'
import type { FindingKind } from './finding.js'
import { residentBytes } from './resident-memory.js'
import type { Task } from './task.js'
import { Answer, Started } from './task.js'

/** What one check may take. */
export interface Limits {
  readonly seconds: number
  /** Bytes of memory that a process may gain during one check. */
  readonly bytes: number
}

/** A minute, and 2 GiB. */
export const defaultLimits: Limits = { seconds: 60, bytes: 2 ** 31 }

/** How a task ended: with an answer of the process, or with the end of the process. */
export type Ended =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: Exclude<FindingKind, 'deviation'>; readonly how: string }

/** An engine that does not work on this machine. */
export interface NotStarted {
  readonly what: string
  readonly advice: string
}

export interface CheckingProcess {
  /** The engine's name and version; fails if it does not work on this machine. */
  readonly start: () => Promise<E.Either<NotStarted, { readonly engine: string; readonly version: string }>>
  readonly ask: (task: Task) => Promise<Ended>
  /** Ends the process. */
  readonly end: () => void
}

const script = fileURLToPath(new URL('checking-main.js', import.meta.url))

/** Milliseconds in which an engine loads: a driver may compile its kernels. */
const patience = 120_000
/** Milliseconds between two looks at the memory of a process. */
const between = 50
/** What is kept of the last words of a process. */
const wordsKept = 2_000

interface Running {
  readonly child: ChildProcess
  readonly words: () => string
  readonly started: Started
}

/** The next message of a process, or how it ended before it said anything. `limits` are checked until then. */
const nextMessage = (
  child: ChildProcess,
  words: () => string,
  { seconds, bytes }: Limits,
): Promise<E.Either<Exclude<Ended, { kind: 'answer' }>, unknown>> =>
  new Promise((resolve) => {
    let atFirst: number | undefined
    let over = false
    const finish = (outcome: E.Either<Exclude<Ended, { kind: 'answer' }>, unknown>): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      clearInterval(watch)
      child.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error')
      resolve(outcome)
    }
    const endWith = (kind: 'hang' | 'memory', how: string): void => {
      child.kill('SIGKILL')
      finish(E.left({ kind, how }))
    }
    const timer = setTimeout(
      () => endWith('hang', `it gives no answer within ${seconds} seconds`),
      seconds * 1000,
    )
    const watch = setInterval(() => {
      void residentBytes(child.pid ?? 0).then((found) => {
        if (found === undefined || over) return
        atFirst ??= found
        if (found - atFirst > bytes)
          endWith('memory', `it takes more than ${Math.round(bytes / 2 ** 20)} MiB of memory`)
      })
    }, between)
    child.once('message', (message) => finish(E.right(message)))
    child.once('error', (error) => finish(E.left({ kind: 'crash', how: error.message })))
    child.once('exit', (code, signal) => {
      const said = words().trim()
      const end = signal === null ? `exit code ${code}` : signal
      finish(E.left({ kind: 'crash', how: `its process ended with ${end}${said === '' ? '' : `: ${said}`}` }))
    })
  })

const begin = async (source: EngineSource): Promise<Running> => {
  const child = fork(script, [JSON.stringify({ source })], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let last = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    last = (last + text).slice(-wordsKept)
  })
  const words = (): string => last
  const said = await nextMessage(child, words, { seconds: patience / 1000, bytes: Infinity })
  const started = pipe(
    said,
    E.mapLeft(({ how }) => ({ what: how, advice: 'load the engine in a program of your own to see why' })),
    E.chainW((message) => Started.decode(message)),
    E.getOrElseW((problem): Started =>
      'what' in problem ? problem : { what: 'it says something else than its name', advice: 'report this' },
    ),
  )
  return { child, words, started }
}

const unanswerable = (what: string): Ended => ({ kind: 'crash', how: what })

/** A process for this engine. It starts with the first question. */
export const checkingProcess = (source: EngineSource, limits: Limits): CheckingProcess => {
  let running: Running | undefined
  const end = (): void => {
    running?.child.kill('SIGKILL')
    running = undefined
    process.removeListener('exit', end)
  }
  const live = async (): Promise<Running> => {
    if (running !== undefined) return running
    process.once('exit', end)
    running = await begin(source)
    return running
  }
  return {
    start: async () => {
      const { started } = await live()
      if ('engine' in started) return E.right(started)
      end()
      return E.left(started)
    },
    ask: async (task) => {
      const { child, words, started } = await live()
      if ('what' in started) {
        end()
        return unanswerable(started.what)
      }
      const said = nextMessage(child, words, limits)
      child.send(task)
      const outcome = pipe(
        await said,
        E.chainW((message) => Answer.decode(message)),
      )
      if (E.isRight(outcome)) return { kind: 'answer', answer: outcome.right }
      end()
      return 'kind' in outcome.left ? outcome.left : unanswerable('it answers what nobody asked')
    },
    end,
  }
}
