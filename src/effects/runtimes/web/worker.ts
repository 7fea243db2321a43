/** A page and its worker: the worker computes, and the page is told lines, progress and the result, and can ask to stop. */
import * as t from 'io-ts'
import type { Progress } from '../../instruction.js'
import { reasonOf } from '../../../engines/reason-of.js'
import type { Terminal } from '../terminal.js'

const progress: t.Type<Progress> = t.type({
  label: t.string,
  done: t.number,
  total: t.number,
  fields: t.record(t.string, t.union([t.string, t.number])),
})

/** What a page sends to its worker. */
const Request = t.union([
  t.type({ tag: t.literal('Start'), given: t.unknown }),
  t.type({ tag: t.literal('Stop') }),
])

/** What a worker sends to its page. After `Ended` or `Failed` it sends nothing more. */
const Report = t.union([
  t.type({ tag: t.literal('Line'), line: t.string }),
  t.type({ tag: t.literal('Progress'), progress }),
  t.type({ tag: t.literal('Ended'), result: t.unknown }),
  t.type({ tag: t.literal('Failed'), reason: t.string }),
])
type Report = t.TypeOf<typeof Report>

const report = (message: Report): void => self.postMessage(message, [])

/**
 * In a worker: waits for the page to start, and does the work once. `work` is given what the page sent, and a terminal that
 * leads to the page. Its promise's value is the result: data that can be sent.
 *
 * @example
 * answerPage((_, terminal) => interpret(training)(webRuntime(engine, terminal))())
 */
export const answerPage = (work: (given: unknown, terminal: Terminal) => Promise<unknown>): void => {
  const stop = new AbortController()
  const terminal: Terminal = {
    printLine: (line) => report({ tag: 'Line', line }),
    reportProgress: (made) => report({ tag: 'Progress', progress: made }),
    stop: stop.signal,
  }
  let started = false
  self.addEventListener('message', ({ data }) => {
    if (!Request.is(data)) return
    if (data.tag === 'Stop') return stop.abort()
    if (started) return
    started = true
    work(data.given, terminal).then(
      (result) => report({ tag: 'Ended', result }),
      (cause: unknown) => report({ tag: 'Failed', reason: reasonOf(cause) }),
    )
  })
}

/** What is used of a worker, as a page sees it. */
export interface PageSideWorker {
  readonly postMessage: (message: unknown, transfer: []) => void
  readonly addEventListener: (type: 'message' | 'error', listener: (event: object) => void) => void
}

const fieldOf = (event: object, name: string): unknown => Reflect.get(event, name)

/**
 * In a page: starts a worker that answers by `answerPage`, and shows its lines and progress on a terminal, whose signal stops
 * it. The promise is rejected if the worker breaks. A worker works once.
 *
 * @example
 * declare const worker: PageSideWorker // new Worker('train.js', { type: 'module' })
 * const trained = (terminal: Terminal) => runInWorker(worker, { steps: 100 }, terminal)
 */
export const runInWorker = (worker: PageSideWorker, given: unknown, terminal: Terminal): Promise<unknown> =>
  new Promise((resolve, reject) => {
    worker.addEventListener('message', (event) => {
      const message = fieldOf(event, 'data')
      if (!Report.is(message)) return
      if (message.tag === 'Line') terminal.printLine(message.line)
      if (message.tag === 'Progress') terminal.reportProgress(message.progress)
      if (message.tag === 'Ended') resolve(message.result)
      if (message.tag === 'Failed') reject(new Error(message.reason))
    })
    worker.addEventListener('error', (event) =>
      reject(new Error(`the worker broke: ${String(fieldOf(event, 'message'))}`)),
    )
    const ask = (): void => worker.postMessage({ tag: 'Stop' }, [])
    if (terminal.stop.aborted) ask()
    terminal.stop.addEventListener('abort', ask)
    worker.postMessage({ tag: 'Start', given }, [])
  })
