/** Does a file of ONNX compute the same on every engine here? It is read as a program, and its outputs are compared with the oracle's. */
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { explainFault } from '../dsl/fault.js'
import type { Tolerance } from '../engine-conformance/agreement.js'
import { fromOnnx } from '../engines/onnx/from-onnx.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import { explainOnnxFault } from '../engines/onnx/import/fault.js'
import { reasonOf } from '../engines/reason-of.js'
import { codeOf } from '../effects/runtimes/system-error.js'
import type { Sizes } from '../shapes/dim.js'
import { tensorsOf } from './case-files.js'
import type { Limits } from './checking-process.js'
import { checkingProcess, defaultLimits } from './checking-process.js'
import type { DrawnInputs } from './draw-inputs.js'
import { completeSizes, drawInputs } from './draw-inputs.js'
import type { EngineSource } from './engine-source.js'
import { sourceText } from './engine-source.js'
import type { Finding } from './finding.js'
import type { StoredFinding } from './finding-folder.js'
import { folderOf, writeFinding } from './finding-folder.js'
import { thisMachine } from './machine.js'
import { wrongIn } from './wrong-in.js'

export interface VerifySettings extends Pick<DrawnInputs, 'seed' | 'ranges'> {
  readonly model: string
  readonly engines: readonly EngineSource[]
  readonly sizes: Sizes
  /** A safetensors file with values of inputs, which are not drawn. */
  readonly inputs?: string | undefined
  /** The largest difference that is allowed, as a share of the largest element of an output. */
  readonly tolerance: number
  readonly limits?: Partial<Limits>
  /** The folder in which findings are kept. */
  readonly findings?: string | undefined
  /** The version of this library, which findings state. */
  readonly library: string
}

/** How a file ran on one engine. */
export interface VerifiedEngine {
  readonly engine: string
  readonly verdict: 'agrees' | 'differs' | 'does not work here'
  /** What is wrong, in words. */
  readonly reason: string | undefined
  /** Largest differences from the oracle, of any element, and as a share of the largest element of its output. */
  readonly absolute: number | undefined
  readonly relative: number | undefined
  /** Of one run. */
  readonly milliseconds: number | undefined
  /** The folder that shows the difference again. */
  readonly folder: string | undefined
}

export interface Verification {
  /** The sizes that the symbols of the file's inputs have. */
  readonly sizes: Sizes
  readonly engines: readonly VerifiedEngine[]
}

const fileBytes = (path: string): TE.TaskEither<string, Uint8Array> =>
  TE.tryCatch(
    () => fs.readFile(path),
    (cause) => (codeOf(cause) === 'ENOENT' ? `there is no file ${path}` : reasonOf(cause)),
  )

/** The file as a finding without a deviation yet: its program with drawn inputs, and what the oracle computes. */
const caseOfFile = ({ library, ...settings }: VerifySettings): TE.TaskEither<string, StoredFinding> =>
  pipe(
    TE.Do,
    TE.bind('bytes', () => fileBytes(settings.model)),
    TE.bind('given', () =>
      settings.inputs === undefined
        ? TE.right({})
        : pipe(
            fileBytes(settings.inputs),
            TE.chainEitherK((bytes) => tensorsOf(settings.inputs ?? '', bytes)),
          ),
    ),
    TE.bind('read', ({ bytes }) =>
      TE.fromEither(
        pipe(
          fromOnnx(bytes, { sizes: settings.sizes }),
          E.mapLeft((fault) => (fault.tag === 'OnnxFault' ? explainOnnxFault(fault) : explainFault(fault))),
        ),
      ),
    ),
    TE.let('sizes', ({ read }) => completeSizes(read.program, settings.sizes)),
    TE.bind('inputs', ({ read, sizes, given }) =>
      TE.fromEither(drawInputs(read.program, sizes, { ...settings, given })),
    ),
    TE.let('of', ({ read, sizes, inputs }) => ({
      program: read.program,
      values: { ...read.weights, ...inputs },
      sizes,
    })),
    TE.bind('expected', ({ of }) =>
      pipe(
        TE.fromEither(evaluate(of.program, of.values, of.sizes)),
        TE.mapLeft((fault) => `the oracle refuses these inputs: ${explainFault(fault)}`),
      ),
    ),
    TE.map(({ bytes, of, expected }): StoredFinding => {
      const tolerance: Tolerance = { absolute: 0, relative: 0, ofLargest: settings.tolerance }
      return {
        model: bytes,
        of: { of, expected, tolerance },
        finding: {
          format: 'tensile engine finding',
          version: 1,
          engine: { source: { file: resolve(settings.model) }, name: '', version: '' },
          library,
          machine: thisMachine(),
          date: new Date().toISOString(),
          check: `verify: ${basename(settings.model)}`,
          options: { runs: 1, seed: settings.seed, tolerance },
          kind: 'deviation',
          deviation: '',
          replays: 'case',
        },
      }
    }),
  )

const verifiedOn = async (
  source: EngineSource,
  folder: string,
  stored: StoredFinding,
  { limits = {}, findings }: VerifySettings,
): Promise<E.Either<string, VerifiedEngine>> => {
  const checking = checkingProcess(source, { ...defaultLimits, ...limits })
  const started = await checking.start()
  const none = { absolute: undefined, relative: undefined, milliseconds: undefined, folder: undefined }
  if (E.isLeft(started))
    return E.right({
      engine: sourceText(source),
      verdict: 'does not work here',
      reason: started.left.what,
      ...none,
    })
  const { engine, version } = started.right
  const ended = await checking.ask({ replay: folder })
  checking.end()
  const wrong = wrongIn(ended)
  const figures = ended.kind === 'answer' && ended.answer.done ? ended.answer : undefined
  const row = {
    engine,
    verdict: wrong === undefined ? ('agrees' as const) : ('differs' as const),
    reason: wrong?.deviation,
    absolute: figures?.absolute ?? undefined,
    relative: figures?.relative ?? undefined,
    milliseconds: figures?.milliseconds ?? undefined,
  }
  if (wrong === undefined || findings === undefined) return E.right({ ...row, folder: undefined })
  const own = folderOf(findings, engine, stored.finding.check)
  const finding: Finding = { ...stored.finding, engine: { source, name: engine, version }, ...wrong }
  return pipe(
    await writeFinding(own, { ...stored, finding })(),
    E.map(() => ({ ...row, folder: own })),
  )
}

/**
 * Runs a file of ONNX on engines, each in a process of its own, and compares its outputs with those that the oracle computes from
 * the program that `fromOnnx` reads. Fails with a sentence if the file cannot be read, or if the oracle cannot compute it.
 *
 * @example
 * const outcome = await verifyModel({
 *   model: 'model.onnx', engines: [{ name: 'onnx' }], sizes: {}, seed: 1, ranges: {}, tolerance: 1e-4, library: '1.0.0',
 * })
 */
export const verifyModel = async (settings: VerifySettings): Promise<E.Either<string, Verification>> => {
  const stored = await caseOfFile(settings)()
  if (E.isLeft(stored)) return stored
  const folder = await fs.mkdtemp(join(tmpdir(), 'verify-'))
  try {
    const written = await writeFinding(folder, stored.right)()
    if (E.isLeft(written)) return written
    const rows: VerifiedEngine[] = []
    for (const source of settings.engines) {
      const row = await verifiedOn(source, folder, stored.right, settings)
      if (E.isLeft(row)) return row
      rows.push(row.right)
    }
    return E.right({ sizes: stored.right.of?.of.sizes ?? {}, engines: rows })
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
}
