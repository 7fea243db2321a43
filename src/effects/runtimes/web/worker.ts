/** A page and its worker: the worker computes, and the page is told lines, progress and the result, and can ask to stop. */
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { reasonOf } from '../../../engines/reason-of.js'
import { explain } from '../../explain.js'
import type { Failure } from '../../failure.js'
import type { Progress } from '../../instruction.js'
import type { Runtime } from '../../runtime.js'
import type { Terminal } from '../terminal.js'
import { drawInPage } from './draw-in-page.js'

const progress: t.Type<Progress> = t.type({
  label: t.string,
  done: t.number,
  total: t.number,
  fields: t.record(t.string, t.union([t.string, t.number])),
})

const bytes = new t.Type<Uint8Array>(
  'bytes',
  (value): value is Uint8Array => value instanceof Uint8Array,
  (value, context) => (value instanceof Uint8Array ? t.success(value) : t.failure(value, context)),
  t.identity,
)

/** What a page sends to its worker. */
const Request = t.union([
  t.type({ tag: t.literal('Start'), given: t.unknown }),
  t.type({ tag: t.literal('Stop') }),
  t.type({ tag: t.literal('Drawn'), number: t.number, png: bytes }),
  t.type({ tag: t.literal('NotDrawn'), number: t.number, reason: t.string }),
])
type Request = t.TypeOf<typeof Request>

/** What a worker sends to its page. After `Ended` or `Failed` it sends nothing more. The page answers `Draw`. */
const Report = t.union([
  t.type({ tag: t.literal('Draw'), number: t.number, svg: t.string }),
  t.type({ tag: t.literal('Line'), line: t.string }),
  t.type({ tag: t.literal('Progress'), progress }),
  t.type({ tag: t.literal('Ended'), result: t.unknown }),
  t.type({ tag: t.literal('Failed'), reason: t.string }),
])
type Report = t.TypeOf<typeof Report>

const report = (message: Report): void => self.postMessage(message, [])

/** A terminal that leads to the page, and the page's renderer of drawings, which a worker lacks. */
export interface PageOfWorker extends Terminal {
  readonly renderDrawing: Runtime['renderDrawing']
}

/** Drawings that the page was asked for. */
interface Drawings {
  readonly ask: Runtime['renderDrawing']
  readonly answer: (message: Request) => void
}

const drawingsByPage = (): Drawings => {
  const waiting = new Map<number, (outcome: E.Either<Failure, Uint8Array>) => void>()
  let asked = 0
  return {
    ask:
      (svg): TaskEither<Failure, Uint8Array> =>
      () =>
        new Promise((resolve) => {
          asked += 1
          waiting.set(asked, resolve)
          report({ tag: 'Draw', number: asked, svg })
        }),
    answer: (message) => {
      if (message.tag !== 'Drawn' && message.tag !== 'NotDrawn') return
      const settle = waiting.get(message.number)
      waiting.delete(message.number)
      settle?.(
        message.tag === 'Drawn'
          ? E.right(message.png)
          : E.left({ tag: 'ImageBroken', path: 'drawing', reason: message.reason }),
      )
    },
  }
}

/**
 * In a worker: waits for the page to start, and does the work once. `work` is given what the page sent, and the page: where
 * lines and progress are shown, what stops the work, and what draws. Its promise's value is the result: data that can be sent.
 *
 * @example
 * answerPage((_, { renderDrawing, ...terminal }) =>
 *   interpret(training)(webRuntime(engine, terminal, { renderDrawing }))(),
 * )
 */
export const answerPage = (work: (given: unknown, page: PageOfWorker) => Promise<unknown>): void => {
  const stop = new AbortController()
  const drawings = drawingsByPage()
  const page: PageOfWorker = {
    printLine: (line) => report({ tag: 'Line', line }),
    reportProgress: (made) => report({ tag: 'Progress', progress: made }),
    stop: stop.signal,
    renderDrawing: drawings.ask,
  }
  let started = false
  self.addEventListener('message', ({ data }) => {
    if (!Request.is(data)) return
    if (data.tag === 'Stop') return stop.abort()
    if (data.tag !== 'Start') return drawings.answer(data)
    if (started) return
    started = true
    work(data.given, page).then(
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

/** The answer to a worker that asked for a drawing. */
const drawn = async (number: number, svg: string): Promise<Request> => {
  const outcome = await drawInPage(svg)()
  return E.isRight(outcome)
    ? { tag: 'Drawn', number, png: outcome.right }
    : { tag: 'NotDrawn', number, reason: explain(outcome.left) }
}

/**
 * In a page: starts a worker that answers by `answerPage`, and shows its lines and progress on a terminal, whose signal stops
 * it. Draws what the worker asks for. The promise is rejected if the worker breaks. A worker works once.
 *
 * @example
 * declare const worker: PageSideWorker // new Worker('train.js', { type: 'module' })
 * const trained = (terminal: Terminal) => runInWorker(worker, { steps: 100 }, terminal)
 */
export const runInWorker = (worker: PageSideWorker, given: unknown, terminal: Terminal): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const send = (message: Request): void => worker.postMessage(message, [])
    worker.addEventListener('message', (event) => {
      const message = fieldOf(event, 'data')
      if (!Report.is(message)) return
      if (message.tag === 'Line') terminal.printLine(message.line)
      if (message.tag === 'Progress') terminal.reportProgress(message.progress)
      if (message.tag === 'Draw') drawn(message.number, message.svg).then(send, reject)
      if (message.tag === 'Ended') resolve(message.result)
      if (message.tag === 'Failed') reject(new Error(message.reason))
    })
    worker.addEventListener('error', (event) =>
      reject(new Error(`the worker broke: ${String(fieldOf(event, 'message'))}`)),
    )
    const ask = (): void => send({ tag: 'Stop' })
    if (terminal.stop.aborted) ask()
    terminal.stop.addEventListener('abort', ask)
    send({ tag: 'Start', given })
  })
