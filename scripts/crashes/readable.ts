/** What is on disk after a crash: files that can be read, and what a process leaves that was not done. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { decodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { explain } from '../../src/effects/explain.js'
import { firstNotFinite } from '../../src/values/finite.js'
import { bytesWithoutTimes } from '../../test/support/step-times.js'

/** Files by their paths from a folder. */
export type Files = ReadonlyMap<string, Buffer>

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** All files in these folders; a folder that is not there has none. */
export const filesIn = async (root: string, folders: readonly string[]): Promise<Files> => {
  const found = new Map<string, Buffer>()
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
      (error: unknown) => {
        if (isMissing(error)) return []
        throw error
      },
    )
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name)
      found.set(relative(root, path), await readFile(path))
    }
  }
  return found
}

/** Files that are there while a process works: its lock, claims on locks, and what it is writing. */
export const isPassing = (path: string): boolean =>
  /\.partial$|(^|\/)run\.lock(\.[0-9a-f]{16}\.claim)?$/.test(path)

/** The bytes of a file that are the same in each run. */
const lasting = (path: string, bytes: Buffer): Buffer =>
  path.endsWith('metrics.jsonl') ? bytesWithoutTimes(bytes) : bytes

/** The SHA-256 of each file, of metrics without the times of steps. */
export const digests = (files: Files): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...files]
      .map(
        ([path, bytes]) => [path, createHash('sha256').update(lasting(path, bytes)).digest('hex')] as const,
      )
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

/** A file by which a process asked for a lock, or claimed a dead one. Others leave it alone until it is two minutes old. */
const isRequest = (path: string): boolean => /(^|\/)run\.lock\.[^/]*(partial|claim)$/.test(path)

/**
 * The lock of a study's run that was killed between its last result and the end of its process. It is finished, so nobody takes its lock
 * again; a lock of a dead process keeps nobody out.
 */
const isOfFinished = (path: string, found: Readonly<Record<string, string>>): boolean =>
  /\/seed-\d+\/run\.lock$/.test(path) && `${dirname(path)}/evaluation.json` in found

/** How files differ from those of a run that nothing disturbed. */
export const differencesOf = (
  found: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): readonly string[] =>
  [...new Set([...Object.keys(found), ...Object.keys(expected)])]
    .filter((path) => found[path] !== expected[path] && !isRequest(path) && !isOfFinished(path, found))
    .map((path) => {
      if (isPassing(path)) return `${path} is left`
      if (found[path] === undefined) return `${path} is missing`
      return expected[path] === undefined
        ? `${path} is new`
        : `${path} differs: ${found[path]?.slice(0, 8)} in the place of ${expected[path]?.slice(0, 8)}`
    })

const json = (text: string): E.Either<string, unknown> => E.tryCatch((): unknown => JSON.parse(text), String)

/** Complete lines that are not JSON. The last line may be a part of one: `--resume` drops it. */
const wrongLine = (text: string): string | undefined =>
  text
    .split('\n')
    .slice(0, -1)
    .find((line) => E.isLeft(json(line)))

/** What is wrong with a file that a crash has left; undefined if it can be read. */
const faultOf = (path: string, bytes: Buffer): string | undefined => {
  if (path.endsWith('.safetensors')) {
    const decoded = decodeSafetensors(path, bytes)
    if (E.isLeft(decoded)) return explain(decoded.left)
    const wrong = Object.entries(decoded.right.tensors).find(
      ([, tensor]) => firstNotFinite(tensor) !== undefined,
    )
    return wrong === undefined ? undefined : `${wrong[0]} is not finite`
  }
  const text = bytes.toString('utf8')
  if (path.endsWith('.jsonl')) {
    const wrong = wrongLine(text)
    return wrong === undefined ? undefined : `not a line of JSON: ${wrong}`
  }
  if (path.endsWith('.json')) {
    const read = json(text)
    return E.isLeft(read) ? read.left : undefined
  }
  if (path.endsWith('.html')) {
    return /^<!doctype html>[^]*<\/html>\s*$/.test(text) ? undefined : 'not a whole page'
  }
  return 'a file of a kind that nothing writes'
}

const stepsIn = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const record: unknown = JSON.parse(line)
      return typeof record === 'object' && record !== null && 'step' in record ? record.step : undefined
    })

/** Each checkpoint needs the metrics of its steps. */
const checkpointFaults = (files: Files): readonly string[] =>
  [...files].flatMap(([path, bytes]) => {
    if (!path.endsWith('checkpoint.safetensors')) return []
    const decoded = decodeSafetensors(path, bytes)
    const saved = E.isRight(decoded) ? Number(decoded.right.metadata['step']) : Number.NaN
    const log = files.get(join(path, '..', 'metrics.jsonl'))?.toString('utf8') ?? ''
    const steps = stepsIn(log)
    const inOrder = steps.every((step, i) => step === i + 1)
    return inOrder && steps.length >= saved
      ? []
      : [
          `${path}: saved after step ${saved}, and metrics.jsonl has ${steps.length} steps, ${inOrder ? 'in order' : 'out of order'}`,
        ]
  })

/** Everything that cannot be read of what a crash has left. */
export const faultsIn = (files: Files): readonly string[] => {
  const faults = [...files].flatMap(([path, bytes]) => {
    const fault = isPassing(path) ? undefined : faultOf(path, bytes)
    return fault === undefined ? [] : [`${path}: ${fault}`]
  })
  return faults.length > 0 ? faults : checkpointFaults(files)
}
