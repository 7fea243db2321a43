/** `adclip status`: how far the runs of a study that was submitted are. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { Effect } from '../../effects/index.js'
import { pathStatus } from '../../effects/operations.js'
import { readJsonLines } from '../../effects/text-file.js'
import type { CellState } from '../../experiments/study/cell-state.js'
import { cellState } from '../../experiments/study/cell-state.js'
import { studyFolders } from '../../experiments/study/study-directory.js'
import { withoutEngine } from '../options/engine-option.js'
import { printResult } from '../output.js'
import { runEffect } from '../run-effect.js'

interface NamedState {
  readonly name: string
  readonly state: CellState
}

const countOf = (states: readonly NamedState[], tag: CellState['tag']): number =>
  states.filter(({ state }) => state.tag === tag).length

/** `7 of 18 runs finished, 2 begun, 1 failed`, and the reasons of those that failed. */
const inWords = (states: readonly NamedState[], table: string | undefined): readonly string[] => [
  `${countOf(states, 'Finished')} of ${states.length} runs finished, ${countOf(states, 'Begun')} begun, ${countOf(states, 'Failed')} failed`,
  ...states.flatMap(({ name, state }) =>
    state.tag === 'Failed' ? [`failed: ${name}: ${state.reason}`] : [],
  ),
  ...(table === undefined ? [] : [`table: ${table}`]),
]

export const defineStatus = (definition: Command): void => {
  definition
    .argument('<dir>', 'the folder of the study: its --out')
    .action(async (directory: string, _options: object, command: Command) => {
      const table = join(directory, 'table.txt')
      await runEffect(
        command,
        withoutEngine,
        pipe(
          Effect.Do,
          Effect.bind('states', () =>
            pipe(
              readJsonLines(join(directory, studyFolders.jobs, 'plan.jsonl'), t.type({ name: t.string })),
              Effect.flatMap(
                Effect.traverseArray(({ name }) =>
                  pipe(
                    cellState({ directory: join(directory, name) }),
                    Effect.map((state) => ({ name, state })),
                  ),
                ),
              ),
            ),
          ),
          Effect.bind('collected', () => pathStatus(table)),
        ),
        ({ states, collected }) =>
          printResult(inWords(states, collected.kind === 'file' ? table : undefined).join('\n')),
      )
    })
}
