/** Studies of small data sets in their published layouts, for tests of `table` and `ablate`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { publishedTrees } from '../support/published-trees.js'
import type { Adclip, Running } from './command.js'
import { drawnClip } from './drawn-clip.js'

const small = '--image-tokens 2 --style-hidden 8 --mapping-hidden 8'.split(' ')

type StudyCommand = 'table' | 'ablate'

export interface SmallStudies {
  /** A path in the folder in which the commands run. */
  readonly inFolder: (...path: readonly string[]) => string
  readonly write: (path: string, bytes: Uint8Array) => Promise<void>
  /** Writes `clip.safetensors`, and a data set in each layout, in a folder of its name. */
  readonly prepare: () => Promise<void>
  readonly studyWith: (
    command: StudyCommand,
    data: string,
    out: string,
    ...more: readonly string[]
  ) => Running
  /** `studyWith` for an AD-CLIP that fits this CLIP. */
  readonly study: (command: StudyCommand, data: string, out: string, ...more: readonly string[]) => Running
}

export const smallStudies = (adclip: Adclip): SmallStudies => {
  const inFolder: SmallStudies['inFolder'] = (...path) => join(adclip.folder, ...path)
  const write: SmallStudies['write'] = async (path, bytes) => {
    await mkdir(inFolder(dirname(path)), { recursive: true })
    await writeFile(inFolder(path), bytes)
  }
  const studyWith: SmallStudies['studyWith'] = (command, data, out, ...more) =>
    adclip.start(
      ...[command, '--data', data, '--clip', 'clip.safetensors', '--activation', 'quick-gelu'],
      ...['--out', out, '--batch', '4', ...more],
    )
  return {
    inFolder,
    write,
    prepare: async () => {
      await write('clip.safetensors', await drawnClip())
      for (const [layout, { files }] of Object.entries(publishedTrees)) {
        for (const [path, bytes] of Object.entries(files)) await write(join(layout, path), bytes)
      }
    },
    studyWith,
    study: (command, data, out, ...more) => studyWith(command, data, out, ...small, ...more),
  }
}
