/**
 * Checks an engine in processes of their own: earlier findings first, then every check. A crash, a hang and too much memory are
 * findings like any other. Each finding is a folder that shows it again.
 */
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { ConformanceOptions, Area } from '../engine-conformance/check.js'
import { nameOfCheck } from '../engine-conformance/check.js'
import type { ConformanceReport, Deviation } from '../engine-conformance/conformance.js'
import { completeOptions, conformanceChecks } from '../engine-conformance/conformance.js'
import type { Case } from '../engine-conformance/agreement.js'
import { caseOfFiles } from './case-files.js'
import type { CheckingProcess, Limits, NotStarted } from './checking-process.js'
import { checkingProcess, defaultLimits } from './checking-process.js'
import type { EngineSource } from './engine-source.js'
import type { DrawnOptions, Finding, FindingKind } from './finding.js'
import {
  expectedOf,
  findingsIn,
  folderOf,
  modelFile,
  readFiles,
  readFinding,
  writeFinding,
} from './finding-folder.js'
import { thisMachine } from './machine.js'
import { shownAgain } from './shown-again.js'
import { wrongIn } from './wrong-in.js'

/** How the suite checks an engine. */
export interface SuiteSettings {
  readonly source: EngineSource
  readonly options?: Partial<Pick<ConformanceOptions, 'runs' | 'seed' | 'tolerance'>>
  readonly limits?: Partial<Limits>
  /** The folder of findings: those in it are tried first, and new ones are written into it. */
  readonly findings?: string | undefined
  /** The version of this library, which findings state. */
  readonly library: string
  /** Names of checks, such as `values: add`; all if not given. */
  readonly checks?: readonly string[] | undefined
  /** Called after each check. */
  readonly onFinding?: (finding: SuiteFinding) => void
}

/** The result of one check. */
export interface SuiteFinding extends Deviation {
  /** How it went wrong; undefined if the check passes. */
  readonly kind: FindingKind | undefined
  /** The folder that shows it again. */
  readonly folder: string | undefined
}

/** An earlier finding that was tried again. */
export interface ReplayedFinding {
  readonly folder: string
  readonly check: string
  /** What is still wrong, in words; undefined if it is no longer. */
  readonly deviation: string | undefined
}

export interface SuiteReport extends ConformanceReport {
  readonly version: string
  readonly findings: readonly SuiteFinding[]
  readonly replayed: readonly ReplayedFinding[]
}

const drawn = ({ runs, seed, tolerance }: ConformanceOptions): DrawnOptions => ({ runs, seed, tolerance })

/** A folder for the cases of one suite, removed afterwards. */
const withNotes = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = await fs.mkdtemp(join(tmpdir(), 'engine-suite-'))
  try {
    return await use(folder)
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
}

const notedCase = async (folder: string): Promise<Case | undefined> => {
  const files = await readFiles(folder)()
  const noted = E.isRight(files) ? caseOfFiles(files.right) : files
  return E.isRight(noted) ? noted.right : undefined
}

/** Writes a finding, with its case, so that its folder shows it again. */
const kept = async (
  checking: CheckingProcess,
  folder: string,
  finding: Omit<Finding, 'replays'>,
  noted: string,
): Promise<E.Either<string, void>> => {
  const of = await notedCase(noted)
  const expected = of === undefined ? undefined : expectedOf(of, finding.options.tolerance)
  const stored = await shownAgain({ finding, of: expected }, async (tried) => {
    const written = await writeFinding(folder, tried)()
    return E.isRight(written) && wrongIn(await checking.ask({ replay: folder })) !== undefined
  })
  return writeFinding(folder, stored)()
}

/** Runs the finding of a folder again, on the engine that it was found on or on another one. */
export const replayFinding = async (
  folder: string,
  {
    source,
    limits = {},
  }: Pick<SuiteSettings, 'limits'> & { readonly source?: EngineSource | undefined } = {},
): Promise<E.Either<string, ReplayedFinding>> => {
  const stored = await readFinding(folder)()
  if (E.isLeft(stored)) return stored
  const { engine, check } = stored.right.finding
  // The file may have been moved; its folder holds a copy.
  const found = 'file' in engine.source ? { file: join(folder, modelFile) } : engine.source
  const checking = checkingProcess(source ?? found, { ...defaultLimits, ...limits })
  const ended = await checking.ask({ replay: folder })
  checking.end()
  return E.right({ folder, check, deviation: wrongIn(ended)?.deviation })
}

/** Tries the findings of a folder. One that cannot be read is wrong, too. */
const replayAll = async (checking: CheckingProcess, folder: string): Promise<readonly ReplayedFinding[]> => {
  const folders = await findingsIn(folder)()
  if (E.isLeft(folders)) return [{ folder, check: '', deviation: folders.left }]
  const replayed: ReplayedFinding[] = []
  for (const each of folders.right) {
    const stored = await readFinding(each)()
    if (E.isLeft(stored)) replayed.push({ folder: each, check: '', deviation: stored.left })
    else {
      const ended = await checking.ask({ replay: each })
      replayed.push({
        folder: each,
        check: stored.right.finding.check,
        deviation: wrongIn(ended)?.deviation,
      })
    }
  }
  return replayed
}

/**
 * Checks an engine in processes of their own, within limits of time and memory for each check. Fails if the engine does not work
 * on this machine, or if a finding cannot be written.
 *
 * @example
 * const report = await runSuite({ source: { name: 'onnx' }, findings: 'findings', library: '1.0.0' })
 */
export const runSuite = async ({
  source,
  options = {},
  limits = {},
  findings: findingsFolder,
  library,
  checks,
  onFinding = () => undefined,
}: SuiteSettings): Promise<E.Either<NotStarted, SuiteReport>> => {
  const checking = checkingProcess(source, { ...defaultLimits, ...limits })
  const started = await checking.start()
  if (E.isLeft(started)) return started
  const { engine, version } = started.right
  const settings = drawn(completeOptions(options))
  const checkedBy = async (
    area: Area,
    subject: string,
    noted: string,
  ): Promise<SuiteFinding | NotStarted | undefined> => {
    const check = nameOfCheck({ area, subject })
    await fs.rm(noted, { recursive: true, force: true })
    const ended = await checking.ask({ check, options: settings, noted })
    if (ended.kind === 'answer' && !ended.answer.done) return undefined
    const wrong = wrongIn(ended)
    if (wrong === undefined || findingsFolder === undefined)
      return { area, subject, deviation: wrong?.deviation, kind: wrong?.kind, folder: undefined }
    const folder = folderOf(findingsFolder, engine, check)
    const written = await kept(
      checking,
      folder,
      {
        format: 'tensile engine finding',
        version: 1,
        engine: { source, name: engine, version },
        library,
        machine: thisMachine(),
        date: new Date().toISOString(),
        check,
        options: settings,
        ...wrong,
      },
      noted,
    )
    return E.isLeft(written)
      ? { what: written.left, advice: 'give a folder that can be written' }
      : { area, subject, ...wrong, folder }
  }
  return withNotes(async (notes) => {
    const noted = join(notes, 'case')
    const replayed = findingsFolder === undefined ? [] : await replayAll(checking, findingsFolder)
    const findings: SuiteFinding[] = []
    for (const check of conformanceChecks) {
      if (checks !== undefined && !checks.includes(nameOfCheck(check))) continue
      const finding = await checkedBy(check.area, check.subject, noted)
      if (finding === undefined) continue
      if ('what' in finding) {
        checking.end()
        return E.left(finding)
      }
      onFinding(finding)
      findings.push(finding)
    }
    checking.end()
    return E.right({ engine, version, findings, replayed })
  })
}
