/** `tensile/effects`: procedures as data, the one interpreter, and the runtimes of Node. `tensile/effects/web` is for browsers. */
export * from './everywhere.js'
export { memoryWorld } from './runtimes/memory-runtime.js'
export type { Accident, MemoryWorld } from './runtimes/memory-runtime.js'
export type { StopSignal } from './runtimes/node-runtime.js'
export { nodeRuntime, printingTerminal, stopOnSignal, stopSignals } from './runtimes/node-runtime.js'
