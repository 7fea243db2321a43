/** The runtime of a tab: files in memory or of the browser, images by the browser's decoders, its clock. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../../../engines/engine.js'
import type { Failure } from '../../failure.js'
import type { FileSystem, Runtime } from '../../runtime.js'
import { noHub } from '../hub/no-hub.js'
import { decodeImageFiles } from '../images/decode.js'
import { memoryDisk, memoryFiles } from '../memory-files.js'
import type { Terminal } from '../terminal.js'
import { decodeInTab } from './decode-in-tab.js'
import { thumbnailInTab } from './thumbnail-in-tab.js'

/** Lets messages be handled that came before. A timer would wait for 4 ms. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })

/** Waits so many milliseconds, or until a signal is aborted. */
const pauseUnlessStopped = (milliseconds: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stop.aborted) return resolve()
    const timer = setTimeout(resolve, milliseconds)
    stop.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Bytes of the JavaScript heap, where a browser says it; 0 elsewhere. */
const heapSize = (): number => {
  const memory: unknown = Reflect.get(performance, 'memory')
  const used: unknown =
    typeof memory === 'object' && memory !== null ? Reflect.get(memory, 'usedJSHeapSize') : undefined
  return typeof used === 'number' ? used : 0
}

/** Settings of the runtime of a tab. */
export interface WebRuntimeOptions {
  /** `originFiles`, or files in memory; by default an empty disk in memory. */
  readonly files?: FileSystem
  /** Draws SVG as PNG. A worker has no means to draw SVG: its page has, see `answerPage`. By default drawing fails. */
  readonly renderDrawing?: Runtime['renderDrawing']
}

const noDrawing: Runtime['renderDrawing'] = () =>
  TE.left<Failure>({
    tag: 'ImageBroken',
    path: 'drawing',
    reason: 'a worker cannot draw SVG, and no `renderDrawing` was given',
  })

/**
 * The runtime of a tab, in its worker. The procedures are those of Node: the same value runs in both. Nothing is fetched: the
 * instructions for a hub fail with `HubUnreachable`.
 *
 * @example
 * answerPage((_, terminal) => interpret(training)(webRuntime(engine, terminal, { files: originFiles }))())
 */
export const webRuntime = (
  engine: Engine,
  terminal: Terminal,
  { files = memoryFiles(memoryDisk()), renderDrawing = noDrawing }: WebRuntimeOptions = {},
): Runtime => ({
  files,
  hub: noHub('a tab asks no other host: put the file into its storage'),
  decodeImages: decodeImageFiles(files.readFile, decodeInTab),
  renderDrawing,
  makeThumbnail: thumbnailInTab(files.readFile),
  engine,
  now: () => Date.now(),
  residentMemory: heapSize,
  printLine: terminal.printLine,
  reportProgress: terminal.reportProgress,
  yieldControl: nextTurn,
  pause: (milliseconds) => pauseUnlessStopped(milliseconds, terminal.stop),
  interrupted: () => terminal.stop.aborted,
  intercept: () => ({ tag: 'Proceed' }),
})
