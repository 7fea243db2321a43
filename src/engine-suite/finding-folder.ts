/**
 * The folder of a finding: `finding.json`, the case as `program.json`, `inputs.safetensors` and `weights.safetensors`, what the
 * oracle computes as `expected.safetensors`, and for other programs `model.onnx`, which holds the weights.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { evaluate } from '../dsl/evaluate/evaluate.js'
import type { Case } from '../engine-conformance/agreement.js'
import { namedIn } from '../engine-conformance/agreement.js'
import { explainEngineFailure } from '../engines/explain.js'
import { toOnnx } from '../engines/onnx/to-onnx.js'
import { reasonOf } from '../engines/reason-of.js'
import type { Files } from './case-files.js'
import { caseOfFiles, filesOfCase, jsonBytes, jsonOf, tensorBytes, tensorsOf } from './case-files.js'
import { Finding } from './finding.js'
import type { ExpectedCase } from './replay.js'

const findingFile = 'finding.json'
const expectedFile = 'expected.safetensors'
/** The model of a finding's folder. */
export const modelFile = 'model.onnx'

/** A finding, and the case that it was made with, where one was noted. */
export interface StoredFinding {
  readonly finding: Finding
  readonly of: ExpectedCase | undefined
  /** The file of ONNX that the case was read from; without it, one is written. */
  readonly model?: Uint8Array | undefined
}

const modelOf = ({ program, values, sizes }: Case): E.Either<string, Uint8Array> =>
  pipe(
    toOnnx(program, { sizes, weights: namedIn(program.parameters, values) }),
    E.mapLeft(explainEngineFailure),
  )

/** The case with the outputs that the oracle computes. */
export const expectedOf = (of: Case, tolerance: ExpectedCase['tolerance']): ExpectedCase => {
  const outcome = evaluate(of.program, of.values, of.sizes)
  return { of, expected: E.isRight(outcome) ? outcome.right : undefined, tolerance }
}

/** The files of a finding. Fails with a sentence where a value of the case does not fit its shape. */
export const filesOfFinding = ({ finding, of, model: given }: StoredFinding): E.Either<string, Files> => {
  if (of === undefined) return E.right({ [findingFile]: jsonBytes(Finding, finding) })
  const model = given === undefined ? modelOf(of.of) : E.right(given)
  return pipe(
    E.Do,
    E.bind('files', () => filesOfCase(of.of)),
    E.bind('expected', (): E.Either<string, Files> =>
      of.expected === undefined
        ? E.right({})
        : pipe(
            tensorBytes(expectedFile, of.expected),
            E.map((bytes) => ({ [expectedFile]: bytes })),
          ),
    ),
    E.map(({ files, expected }) => ({
      ...files,
      ...expected,
      ...(E.isRight(model) ? { [modelFile]: model.right } : {}),
      [findingFile]: jsonBytes(
        Finding,
        E.isRight(model) ? finding : { ...finding, withoutModel: model.left },
      ),
    })),
  )
}

/** The finding that files hold. */
export const findingOfFiles = (files: Files): E.Either<string, StoredFinding> =>
  pipe(
    E.fromNullable(`there is no ${findingFile}`)(files[findingFile]),
    E.chain(jsonOf(findingFile, Finding)),
    E.bindTo('finding'),
    E.bind('of', ({ finding: { options } }): E.Either<string, ExpectedCase | undefined> => {
      if (files['program.json'] === undefined) return E.right(undefined)
      const bytes = files[expectedFile]
      return pipe(
        caseOfFiles(files),
        E.bindTo('of'),
        E.bind('expected', () => (bytes === undefined ? E.right(undefined) : tensorsOf(expectedFile, bytes))),
        E.map(({ of, expected }) => ({ of, expected, tolerance: options.tolerance })),
      )
    }),
  )

const inFolder = <A>(folder: string, task: () => Promise<A>): TE.TaskEither<string, A> =>
  TE.tryCatch(task, (cause) => `${folder}: ${reasonOf(cause)}`)

/** Writes files into a folder, which is made if it is not there. */
export const writeFiles = (folder: string, files: Files): TE.TaskEither<string, void> =>
  inFolder(folder, async () => {
    await fs.mkdir(folder, { recursive: true })
    for (const [name, bytes] of Object.entries(files)) await fs.writeFile(join(folder, name), bytes)
  })

/** The files of a folder. */
export const readFiles = (folder: string): TE.TaskEither<string, Files> =>
  inFolder(folder, async () => {
    const entries = await fs.readdir(folder, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    const files: Record<string, Uint8Array> = {}
    for (const name of names) files[name] = await fs.readFile(join(folder, name))
    return files
  })

/** Writes the folder of a finding, in place of an earlier one. */
export const writeFinding = (folder: string, stored: StoredFinding): TE.TaskEither<string, void> =>
  pipe(
    inFolder(folder, () => fs.rm(folder, { recursive: true, force: true })),
    TE.chainEitherK(() => filesOfFinding(stored)),
    TE.chain((files) => writeFiles(folder, files)),
  )

/** Reads the folder of a finding. Fails with a sentence that names the folder. */
export const readFinding = (folder: string): TE.TaskEither<string, StoredFinding> =>
  pipe(
    readFiles(folder),
    TE.chainEitherK((files) =>
      pipe(
        findingOfFiles(files),
        E.mapLeft((problem) => (problem.startsWith(folder) ? problem : `${folder}: ${problem}`)),
      ),
    ),
  )

/** All folders of findings below a folder, by name; none where it is not there. */
export const findingsIn = (folder: string): TE.TaskEither<string, readonly string[]> =>
  inFolder(folder, async () => {
    await fs.mkdir(folder, { recursive: true })
    const entries = await fs.readdir(folder, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => entry.isFile() && entry.name === findingFile)
      .map(({ parentPath }) => parentPath)
      .toSorted()
  })

const plain = (text: string): string => text.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-|-$/g, '')

/** The folder of a finding of a check in a folder of findings: one for each engine and check. */
export const folderOf = (findings: string, engine: string, check: string): string =>
  join(findings, plain(engine), plain(check))
