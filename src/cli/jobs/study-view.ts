/** What the folder of a study says of its runs and of the jobs that it was handed over as. */
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { Effect } from '../../effects/index.js'
import { ifThere, pathStatus } from '../../effects/operations.js'
import { join } from '../../effects/paths.js'
import { readJson, readJsonLines } from '../../effects/text-file.js'
import { cellState } from '../../experiments/study/cell-state.js'
import { studyFolders } from '../../experiments/study/study-directory.js'
import type { FolderView } from './submitted-state.js'
import type { SlurmNumbers, Submission } from './submission.js'
import { slurmNumbersCodec, slurmNumbersFile, submissionCodec, submissionFile } from './submission.js'

/** What the folder of a study says. */
export interface StudyView {
  readonly directory: string
  readonly runs: readonly FolderView[]
  readonly submission: Submission | undefined
  readonly numbers: SlurmNumbers | undefined
  /** Whether the table has been collected. */
  readonly table: boolean
}

const optional = <A, O>(path: string, codec: t.Type<A, O>): Effect.Effect<A | undefined> =>
  pipe(readJson(path, codec), ifThere(path))

const folderView =
  (directory: string) =>
  ({ name }: { readonly name: string }): Effect.Effect<FolderView> =>
    pipe(
      cellState({ directory: join(directory, name) }),
      Effect.map((state) => ({ name, state })),
    )

/** Reads the folder of a study that was submitted. Nothing is written. */
export const studyView = (directory: string): Effect.Effect<StudyView> => {
  const jobs = (name: string): string => join(directory, studyFolders.jobs, name)
  return pipe(
    Effect.Do,
    Effect.bind('planned', () => readJsonLines(jobs('plan.jsonl'), t.type({ name: t.string }))),
    Effect.bind('runs', ({ planned }) => Effect.traverseArray(folderView(directory))(planned)),
    Effect.bind('submission', () => optional(jobs(submissionFile), submissionCodec)),
    Effect.bind('numbers', () => optional(jobs(slurmNumbersFile), slurmNumbersCodec)),
    Effect.bind('table', () => pathStatus(join(directory, 'table.txt'))),
    Effect.map(({ table, ...view }) => ({ directory, ...view, table: table.kind === 'file' })),
  )
}
