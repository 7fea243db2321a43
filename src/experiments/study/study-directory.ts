/** The directory of a study: its runs lie in it, and nothing else is taken for one. */
import { join } from '../../effects/paths.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as Effect from '../../effects/effect.js'
import { listFolder } from '../../effects/operations.js'
import { contentsOf, namesInWords, taken } from '../../effects/outputs.js'

/** Folders of a study's directory in addition to its rows: job files, and the features of its images, where those are kept there. */
export const studyFolders = { jobs: 'jobs', features: 'features' } as const

const besidesRows = new Set<string>(Object.values(studyFolders))

/**
 * Whether a folder of a directory is the row of a study: the runs of each pair have a folder in it, `art-to-photo`. It is empty for
 * a moment while another process makes the first of them.
 */
const isRow = (path: string): Effect.Effect<boolean> =>
  pipe(
    listFolder(path),
    Effect.map(
      (entries) =>
        entries.length === 0 || entries.some(({ name, kind }) => kind === 'folder' && name.includes('-to-')),
    ),
  )

/**
 * Fails with `OutputTaken` where the directory of a study is a file or a run, or holds other things and no run of a study.
 */
export const checkStudyDirectory = (directory: string): Effect.Effect<void> =>
  pipe(
    contentsOf(directory),
    Effect.flatMap((contents) => {
      if (contents.tag === 'Missing') return Effect.unit
      if (contents.tag === 'File') return taken(directory, 'it is a file')
      const names = contents.names.filter((name) => !besidesRows.has(name))
      if (names.includes('run.json')) return taken(directory, 'it holds a run')
      return pipe(
        listFolder(directory),
        Effect.flatMap((entries) =>
          pipe(
            entries.filter(({ kind }) => kind === 'folder').map(({ name }) => join(directory, name)),
            Effect.traverseArray(isRow),
          ),
        ),
        Effect.flatMap((rows) =>
          names.length === 0 || rows.includes(true) ? Effect.unit : taken(directory, namesInWords(names)),
        ),
      )
    }),
  )
