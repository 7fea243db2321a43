/** The real world: files of the system, images through sharp, the system's clock and the terminal. */
import { setImmediate as immediate } from 'node:timers/promises'
import type { Engine } from '../../engines/engine.js'
import { huggingFaceHub } from './hub/hugging-face-hub.js'
import { decodeInWorkers } from './images/decode-pool.js'
import { decodeImageFiles } from './images/decode.js'
import { pngOfSvg } from './images/render.js'
import { thumbnailOfFile } from './images/thumbnail.js'
import type { Progress } from '../instruction.js'
import { nodeFiles } from './node-files.js'
import type { Runtime } from '../runtime.js'

/** How a person sees a run, and stops it. */
export interface Terminal {
  readonly printLine: (line: string) => void
  readonly reportProgress: (progress: Progress) => void
  /** Aborted when the user asks to stop. */
  readonly stop: AbortSignal
}

/**
 * The runtime of real runs.
 *
 * @example
 * await interpret(training)(nodeRuntime(engine, { ...silentTerminal, stop: stopOnSignal() }))()
 */
export const nodeRuntime = (engine: Engine, terminal: Terminal): Runtime => ({
  files: nodeFiles,
  hub: huggingFaceHub(),
  decodeImages: decodeInWorkers(decodeImageFiles(nodeFiles.readFile)),
  renderDrawing: pngOfSvg,
  makeThumbnail: thumbnailOfFile(nodeFiles.readFile),
  engine,
  now: () => Date.now(),
  residentMemory: () => process.memoryUsage.rss(),
  printLine: terminal.printLine,
  reportProgress: terminal.reportProgress,
  yieldControl: () => immediate(),
  interrupted: () => terminal.stop.aborted,
  intercept: () => ({ tag: 'Proceed' }),
})

/**
 * A signal that is aborted by the first ctrl-C (or a polite kill): the run stops at the next `yieldControl`, in good
 * order. A second ctrl-C ends the process at once, as usual.
 */
export const stopOnSignal = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}

/** Nothing is shown and nobody stops the run. */
export const silentTerminal: Terminal = {
  printLine: () => undefined,
  reportProgress: () => undefined,
  stop: new AbortController().signal,
}
