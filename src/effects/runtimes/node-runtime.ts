/** The real world: files of the system, images through sharp, the system's clock and the terminal. */
import { setImmediate as immediate, setTimeout as wait } from 'node:timers/promises'
import type { Engine } from '../../engines/engine.js'
import { huggingFaceHub } from './hub/hugging-face-hub.js'
import { decodeInWorkers } from './images/decode-pool.js'
import { decodeImageFiles } from './images/decode.js'
import { decodeRgb } from './images/decode-rgb.js'
import { pngOfSvg } from './images/render.js'
import { thumbnailOfFile } from './images/thumbnail.js'
import { inertLines } from '../printable.js'
import { nodeFiles } from './node-files.js'
import type { Runtime } from '../runtime.js'
import type { Terminal } from './terminal.js'
import { silentTerminal } from './terminal.js'

/** Waits so many milliseconds, or until a signal is aborted. */
const pauseUnlessStopped = async (milliseconds: number, stop: AbortSignal): Promise<void> => {
  try {
    await wait(milliseconds, undefined, { signal: stop })
  } catch (error) {
    if (!stop.aborted) throw error
  }
}

/**
 * The runtime of real runs. Images are decoded in `workers` threads (default: one for each processor, at most four).
 *
 * @example
 * await interpret(training)(nodeRuntime(engine, { ...silentTerminal, stop: stopOnSignal() }))()
 */
export const nodeRuntime = (
  engine: Engine,
  terminal: Terminal,
  { workers }: { readonly workers?: number | undefined } = {},
): Runtime => ({
  files: nodeFiles,
  hub: huggingFaceHub(terminal.stop),
  decodeImages: decodeInWorkers(
    decodeImageFiles(nodeFiles.readFile, decodeRgb),
    workers === undefined ? {} : { workers },
  ),
  renderDrawing: pngOfSvg,
  makeThumbnail: thumbnailOfFile(nodeFiles.readFile),
  engine,
  now: () => Date.now(),
  residentMemory: () => process.memoryUsage.rss(),
  printLine: terminal.printLine,
  reportProgress: terminal.reportProgress,
  yieldControl: () => immediate(),
  pause: (milliseconds) => pauseUnlessStopped(milliseconds, terminal.stop),
  interrupted: () => terminal.stop.aborted,
  intercept: () => ({ tag: 'Proceed' }),
})

/** The signals by which a user or a scheduler asks a run to stop. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
export type StopSignal = (typeof stopSignals)[number]

/**
 * A signal that is aborted by the first ctrl-C, SIGTERM or SIGHUP, with its name as the reason: the run stops at the next
 * `yieldControl`. A second one of the same kind ends the process at once.
 */
export const stopOnSignal = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of stopSignals) process.once(signal, () => controller.abort(signal))
  return controller.signal
}

/** Prints lines to standard output, shows no progress, and is never stopped. */
export const printingTerminal: Terminal = {
  ...silentTerminal,
  printLine: (line) => void process.stdout.write(`${inertLines(line)}\n`),
}
