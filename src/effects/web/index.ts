/** `tensile/effects/web`: procedures as data, the one interpreter, and the runtime of a tab. */
export * from '../everywhere.js'
export { drawInPage } from '../runtimes/web/draw-in-page.js'
export { originFiles } from '../runtimes/web/origin-files.js'
export { webRuntime } from '../runtimes/web/web-runtime.js'
export type { WebRuntimeOptions } from '../runtimes/web/web-runtime.js'
export { answerPage, runInWorker } from '../runtimes/web/worker.js'
export type { PageOfWorker, PageSideWorker } from '../runtimes/web/worker.js'
