/** Reading a data set from files in memory. */
import type * as E from 'fp-ts/lib/Either.js'
import type { DataSet, ImageDomain } from '../../src/data/data-set.js'
import type { DataSetOptions } from '../../src/data/read-data-set.js'
import { readDataSet } from '../../src/data/read-data-set.js'
import type { Failure } from '../../src/effects/failure.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { countingEngine } from '../support/testing-engine.js'

/** A file of one byte, or of a text, or of bytes. */
export type Content = string | Uint8Array

export interface Read {
  readonly outcome: E.Either<Failure, DataSet>
  readonly printed: readonly string[]
}

/** Reads `data` from a disk of these files, which all lie below it. */
export const readFrom = async (
  files: Readonly<Record<string, Content>>,
  options: DataSetOptions = {},
): Promise<Read> => {
  const disk = memoryDisk(
    Object.fromEntries(
      Object.entries(files).map(([path, content]) => [
        `data/${path}`,
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    ),
  )
  const world = memoryWorld({ engine: countingEngine, disk })
  return {
    outcome: await interpret(readDataSet('data', options))(world.runtime)(),
    printed: world.printed,
  }
}

/** Files that hold nothing that matters. */
export const files = (...paths: readonly string[]): Readonly<Record<string, Content>> =>
  Object.fromEntries(paths.map((path) => [path, 'x']))

/** Images as `path label`, as lists have them. */
export const listed = (
  domain: ImageDomain | undefined,
  purpose: 'training' | 'evaluation' = 'training',
): readonly string[] => domain?.[purpose].map(({ path, label }) => `${path} ${label}`) ?? []
