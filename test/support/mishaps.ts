/** Runs in memory that are killed, fail or are stopped, and the files that they leave. */
import { createHash } from 'node:crypto'
import type * as E from 'fp-ts/lib/Either.js'
import type { Effect } from '../../src/effects/effect.js'
import type { Engine } from '../../src/engines/engine.js'
import type { Failure } from '../../src/effects/failure.js'
import type { InstructionName, Request } from '../../src/effects/instruction.js'
import { interpret } from '../../src/effects/interpreter.js'
import type { Accident } from '../../src/effects/runtimes/memory-runtime.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { withoutTimes } from './step-times.js'

/** What ends a run: an accident at an instruction, or a stop by the user from an instruction on. */
export type Mishap = Accident | { readonly tag: 'Stop'; readonly at: number }

export interface Attempt<A> {
  readonly outcome: E.Either<Failure, A>
  readonly instructions: readonly InstructionName[]
  /** The same with their payloads. */
  readonly requests: readonly Request[]
}

/** Runs an effect on a disk; files that it writes stay on the disk. */
export const attempt = async <A>(
  effect: Effect<A>,
  { engine, disk, mishap }: { readonly engine: Engine; readonly disk: MemoryDisk; readonly mishap?: Mishap },
): Promise<Attempt<A>> => {
  const world = memoryWorld({
    engine,
    disk,
    ...(mishap === undefined ? {} : mishap.tag === 'Stop' ? { stopAt: mishap.at } : { accident: mishap }),
  })
  const outcome = await interpret(effect)(world.runtime)()
  return { outcome, instructions: world.instructions, requests: world.requests }
}

const summary = (path: string, bytes: Uint8Array): string =>
  /\.jsonl?$/.test(path)
    ? new TextDecoder().decode(bytes)
    : `SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`

/** Metrics without the times at which steps were done: those of two runs of one configuration differ in nothing else. */
/** The files of a disk, without partial ones and the times of steps: JSON as text, others as their SHA-256. */
export const contents = (disk: MemoryDisk): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...disk.files]
      .filter(([path]) => !path.endsWith('.partial'))
      .map(([path, bytes]) => [path, withoutTimes(summary(path, bytes))]),
  )
