/** bench/results.json: what `npm run bench -- --write` measured last of each case, on which machine and when. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import type { Absence, Result } from './measure.js'
import { inPackage } from './peer-command.js'

const result = t.intersection([
  t.type({
    peer: t.string,
    medianMs: t.number,
    minMs: t.number,
    medianCpuMs: t.number,
    runs: t.number,
    peakRssMB: t.number,
    ratioToPeer: t.union([t.number, t.null]),
    setupMs: t.number,
    about: t.string,
  }),
  t.partial({ note: t.string }),
])
const absence = t.type({ peer: t.string, skipped: t.string })

const recordedCase = t.type({
  case: t.string,
  /** When the case ended, as ISO 8601. */
  at: t.string,
  machine: t.string,
  /** Load averages of a minute when the case began and when it ended: the contestants are a part of the second. */
  load: t.type({ before: t.number, after: t.number }),
  /** Floating-point operations of one run of this library's program; `null` where a run is not one program's. */
  operations: t.union([t.number, t.null]),
  lines: t.array(t.union([result, absence])),
})

export type RecordedResult = t.TypeOf<typeof result>
export type RecordedCase = Omit<t.TypeOf<typeof recordedCase>, 'lines'> & {
  readonly lines: readonly (RecordedResult | t.TypeOf<typeof absence>)[]
}

const path = inPackage('bench', 'results.json')

/** What was recorded; nothing where there is no file. */
export const readRecorded = async (): Promise<E.Either<string, readonly RecordedCase[]>> => {
  if (!existsSync(path)) return E.right([])
  const text = await readFile(path, 'utf8')
  const parsed = E.tryCatch((): unknown => JSON.parse(text), String)
  if (E.isLeft(parsed)) return E.left(`${path}: ${parsed.left}`)
  const decoded = t.array(recordedCase).decode(parsed.right)
  return E.isRight(decoded) ? decoded : E.left(`${path}: ${PathReporter.report(decoded).join('; ')}`)
}

/** Of each case the last; others stay as they are. */
export const withCase = (
  recorded: readonly RecordedCase[],
  measured: RecordedCase,
): readonly RecordedCase[] => [...recorded.filter((each) => each.case !== measured.case), measured]

export const writeRecorded = (recorded: readonly RecordedCase[]): Promise<void> =>
  writeFile(path, `${JSON.stringify(recorded, null, 2)}\n`)

/** The lines of a case as they are kept. */
export const keptLines = (lines: readonly (Result | Absence)[]): RecordedCase['lines'] =>
  lines.map(({ case: _, ...line }) => line)
