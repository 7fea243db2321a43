/** `adclip parity`: compares AD-CLIP with the numbers of another implementation. */
import type { Command } from 'commander'
import { runParity } from '../../experiments/parity/run-parity.js'
import type { ParityReport } from '../../experiments/parity/run-parity.js'
import { engineOption, loadEngine, threadsOption } from '../options/engine-option.js'
import type { EngineChoices } from '../options/engine-option.js'
import { exitCodes } from '../exit-codes.js'
import { runEffect } from '../run-effect.js'
import { textTable } from '../table.js'
import { printJson, printResult } from '../output.js'

const shown = (value: number): string => (value === 0 ? '0' : value.toExponential(2))

const parityTable = ({ rows, ok }: ParityReport): string => {
  const failed = rows.filter((row) => !row.ok).length
  const table = textTable(
    ['name', 'largest difference', 'allowed', 'ok'],
    rows.map((row) => [row.name, shown(row.maxAbsDiff), shown(row.allowed), row.ok ? 'ok' : 'NO']),
  )
  return `${table}\n\n${ok ? `all ${rows.length} hold` : `${failed} of ${rows.length} do not hold`}`
}

export const defineParity = (definition: Command): void => {
  definition
    .argument('<dir>', 'the fixture: fixture.json, clip, prompt_learner, batch and expected .safetensors')
    .addOption(engineOption())
    .addOption(threadsOption())
    .option('--json', 'print one JSON object instead of a table', false)
    .action(
      async (
        directory: string,
        { json, ...choices }: EngineChoices & { readonly json: boolean },
        command: Command,
      ) =>
        runEffect(command, await loadEngine(choices), runParity(directory), (report) => {
          if (json) printJson(report)
          else printResult(parityTable(report))
          if (!report.ok) process.exitCode = exitCodes.checkFailed
        }),
    )
}
