/**
 * A world in memory, for tests: files, a clock that ticks once per reading, a console that keeps what is printed, and
 * accidents at any chosen instruction.
 */
import type { Engine } from '../../engines/engine.js'
import type { Failure } from '../failure.js'
import { noHub } from './hub/no-hub.js'
import { decodeImageFiles } from './images/decode.js'
import { decodeRgb } from './images/decode-rgb.js'
import { pngOfSvg } from './images/render.js'
import { thumbnailOfFile } from './images/thumbnail.js'
import type { MemoryDisk } from './memory-files.js'
import { appended, concatenate, encodeLine, memoryDisk, memoryFiles } from './memory-files.js'
import type { InstructionName, Progress, Request } from '../instruction.js'
import { normalize } from '../paths.js'
import type { Hub, Runtime, Interception } from '../runtime.js'

/**
 * An accident at the instruction with this number, counted from 0.
 * - `Fail`: the instruction fails with `failure`, once; the procedure may continue.
 * - `ShortWrite`: the same, and half of what was to be appended to a file is there: the disk became full. Files that are
 *   written as a whole stay as they were.
 * - `Crash`: the process dies before the instruction.
 * - `Tear`: the process dies in the middle of it. What was being written is half there: a half line, or a half
 *   temporary file next to the old one.
 */
export type Accident =
  | { readonly at: number; readonly tag: 'Fail' | 'ShortWrite'; readonly failure: Failure }
  | { readonly at: number; readonly tag: 'Crash' | 'Tear' }

const firstHalf = (bytes: Uint8Array): Uint8Array => bytes.slice(0, Math.floor(bytes.length / 2))

/** Appends half of what an instruction appends to a file; other instructions do nothing. */
const appendHalf = (disk: MemoryDisk, request: Request): void => {
  if (request.name === 'appendLine') {
    const { path, line } = request.payload
    disk.files.set(normalize(path), appended(disk, path, firstHalf(encodeLine(line))))
  }
  if (request.name === 'appendBytes') {
    const { path, bytes } = request.payload
    disk.files.set(normalize(path), appended(disk, path, firstHalf(bytes)))
  }
}

/** What a process that dies in the middle of an instruction leaves on disk. */
const tear = (disk: MemoryDisk, request: Request): void => {
  appendHalf(disk, request)
  if (request.name === 'writeFile') {
    const { path, chunks } = request.payload
    disk.files.set(normalize(`${path}.partial`), firstHalf(concatenate(chunks)))
  }
}

/** What a test can inspect after a run in memory. */
export interface MemoryWorld {
  readonly runtime: Runtime
  readonly disk: MemoryDisk
  readonly printed: readonly string[]
  readonly progress: readonly Progress[]
  /** Names of the instructions so far, in order. */
  readonly instructions: readonly InstructionName[]
  /** The same instructions with their payloads: what was read, decoded, compiled, ... */
  readonly requests: readonly Request[]
}

/**
 * A world of its own, for one run.
 *
 * @example
 * const world = memoryWorld({ engine, accident: { at: 17, tag: 'Crash' } })
 * await interpret(training)(world.runtime)()          // left({ tag: 'Interrupted', by: 'crash' })
 * const next = memoryWorld({ engine, disk: world.disk }) // what was on disk is still there
 */
export const memoryWorld = ({
  engine,
  disk = memoryDisk(),
  hub = noHub('there is no network'),
  accident,
  stopAt = Infinity,
}: {
  readonly engine: Engine
  readonly disk?: MemoryDisk
  readonly hub?: Hub
  readonly accident?: Accident
  /** The user asks to stop at this instruction. */
  readonly stopAt?: number
}): MemoryWorld => {
  const printed: string[] = []
  const progress: Progress[] = []
  const instructions: InstructionName[] = []
  const requests: Request[] = []
  let ticks = 0
  const intercept = (request: Request): Interception => {
    requests.push(request)
    const number = instructions.push(request.name) - 1
    if (accident === undefined || number !== accident.at) return { tag: 'Proceed' }
    if (accident.tag === 'ShortWrite') appendHalf(disk, request)
    if (accident.tag === 'Fail' || accident.tag === 'ShortWrite')
      return { tag: 'Fail', failure: accident.failure }
    if (accident.tag === 'Tear') tear(disk, request)
    return { tag: 'Halt', failure: { tag: 'Interrupted', by: 'crash' } }
  }
  const files = memoryFiles(disk)
  return {
    disk,
    printed,
    progress,
    instructions,
    requests,
    runtime: {
      files,
      hub,
      decodeImages: decodeImageFiles(files.readFile, decodeRgb),
      renderDrawing: pngOfSvg,
      makeThumbnail: thumbnailOfFile(files.readFile),
      engine,
      now: () => (ticks += 1),
      residentMemory: () => 0,
      printLine: (line) => void printed.push(line),
      reportProgress: (report) => void progress.push(report),
      yieldControl: () => Promise.resolve(),
      pause: (milliseconds) => {
        ticks += milliseconds
        return Promise.resolve()
      },
      interrupted: () => instructions.length > stopAt,
      intercept,
    },
  }
}
