/** The page of a tab in tests: runs its worker by `runInWorker`, and counts the turns of its own event loop meanwhile. */
import { runInWorker } from '../../src/effects/runtimes/web/worker.js'
import type { PageSideWorker } from '../../src/effects/runtimes/web/worker.js'
import type { Progress } from '../../src/effects/instruction.js'

declare const Worker: new (address: string, options: { readonly type: 'module' }) => PageSideWorker

/** The progress at which the worker is asked to stop. */
interface StopAt {
  readonly label: string
  readonly done: number
}

const begin = async (given: unknown, stopAt: StopAt | null): Promise<unknown> => {
  const stop = new AbortController()
  const lines: string[] = []
  const progress: Pick<Progress, 'label' | 'done' | 'total'>[] = []
  let ticks = 0
  const ticking = setInterval(() => {
    ticks += 1
  }, 20)
  const begun = performance.now()
  const result = await runInWorker(new Worker('/worker.js', { type: 'module' }), given, {
    printLine: (line) => void lines.push(line),
    reportProgress: ({ label, done, total }) => {
      progress.push({ label, done, total })
      if (stopAt !== null && label === stopAt.label && done >= stopAt.done) stop.abort()
    },
    stop: stop.signal,
  })
  clearInterval(ticking)
  return { result, milliseconds: performance.now() - begun, ticks, lines, progress }
}

Reflect.set(globalThis, 'begin', begin)
