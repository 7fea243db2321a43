/** `tensile/effects`: procedures as data, the one interpreter, and the runtimes that it runs on. */
export * as Effect from './effect.js'
export { describeFailure, explain } from './explain.js'
export type { BadImage, Failure } from './failure.js'
export { isMethodSetting, settingFields } from './setting-field.js'
export type { MethodSettingField, SettingField, SuggestedSetting } from './setting-field.js'
export * from './image-view.js'
export { inChunks } from './in-chunks.js'
export type * from './instruction.js'
export { interpret } from './interpreter.js'
export * from './operations.js'
export type { FileSystem, Hub, Runtime, Interception } from './runtime.js'
export { memoryDisk, memoryWorld } from './runtimes/memory-runtime.js'
export type { Accident, MemoryDisk, MemoryWorld } from './runtimes/memory-runtime.js'
export type { StopSignal } from './runtimes/node-runtime.js'
export {
  nodeRuntime,
  printingTerminal,
  silentTerminal,
  stopOnSignal,
  stopSignals,
} from './runtimes/node-runtime.js'
export type { Terminal } from './runtimes/node-runtime.js'
export { readJson, readJsonLines, readText, writeJson, writeText } from './text-file.js'
