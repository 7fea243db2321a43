/** `adclip engines`: tries every engine on this machine, or checks one engine against the meaning of programs. */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from 'commander'
import { Option } from 'commander'
import { checkConformance, checkStart, conformanceAsMarkdown } from '../../engine-conformance/index.js'
import type { EngineName } from '../../engines/catalogue.js'
import { catalogue, engineNames } from '../../engines/catalogue.js'
import type { GraphOptimization } from '../../engines/onnx/provider.js'
import { graphOptimizations } from '../../engines/onnx/provider.js'
import type { EngineTrial } from '../../engines/trial/try-engine.js'
import { tryEngine } from '../../engines/trial/try-engine.js'
import { describeFailure } from '../../effects/explain.js'
import { engineTrials } from '../engine-trials.js'
import { wholeNumber } from '../options/number-option.js'
import { exitCodes } from '../exit-codes.js'
import { failWith } from '../run-effect.js'
import { textTable } from '../table.js'
import { printJson, printResult } from '../output.js'

interface EnginesOptions {
  readonly json: boolean
  readonly check?: EngineName
  readonly cases: number
  readonly graphOptimization?: GraphOptimization
  readonly try?: EngineName
}

const rowOf = ({ name, title, version, device, works, gigaflops }: EngineTrial): readonly string[] => [
  name,
  title,
  version === '' ? '-' : version,
  works ? 'yes' : 'no',
  gigaflops === undefined ? '-' : gigaflops.toFixed(1),
  device === '' ? '-' : device,
]

const reasonOf = ({ name, reason, advice }: EngineTrial): readonly string[] =>
  reason === undefined ? [] : [`${name}: ${reason.trim()}\n  → ${advice ?? ''}`]

const report = (trials: readonly EngineTrial[]): string =>
  [
    textTable(['engine', 'computes with', 'version', 'works', 'matmul GFLOP/s', 'device'], trials.map(rowOf)),
    ...trials.flatMap(reasonOf),
  ].join('\n\n')

/** Checks one engine. If it does not work on this machine, that is the only message. */
const check = async (
  command: Command,
  name: EngineName,
  { json, cases, graphOptimization }: EnginesOptions,
): Promise<void> => {
  if (graphOptimization !== undefined && !catalogue[name].takesGraphOptimization) {
    failWith(command, {
      tag: 'OptionRefused',
      option: `--graph-optimization ${graphOptimization}`,
      problem: `'${name}' has no optimization of graphs`,
      advice: 'leave it out, or check an engine of ONNX Runtime',
    })
    return
  }
  const engine = catalogue[name].engine({ graphOptimization })
  const started = await checkStart(engine)()
  if (E.isLeft(started)) {
    const { what, advice } = describeFailure(started.left)
    failWith(command, {
      tag: 'OptionRefused',
      option: `--check ${name}`,
      problem: `it does not work on this machine: ${what.trim()}`,
      advice,
    })
    return
  }
  const conformance = await checkConformance(engine, { runs: cases })()
  if (json) printJson(conformance)
  else printResult(conformanceAsMarkdown([conformance]))
  if (conformance.findings.some(({ deviation }) => deviation !== undefined))
    process.exitCode = exitCodes.checkFailed
}

export const defineEngines = (definition: Command): void => {
  definition
    .option('--json', 'print one JSON object instead of a table', false)
    .addOption(
      new Option(
        '--check <name>',
        'check that one engine computes every primitive right; exit code 0 only if every check holds',
      ).choices(engineNames),
    )
    .option('--cases <n>', 'random cases for each primitive that is checked', wholeNumber(1), 10)
    .addOption(
      new Option(
        '--graph-optimization <state>',
        'whether ONNX Runtime rewrites the graphs that are checked; by default only those with convolutions on the CPU',
      ).choices(graphOptimizations),
    )
    .addOption(new Option('--try <name>', 'try one engine in this process').choices(engineNames).hideHelp())
    .action(async (options: EnginesOptions, command: Command) => {
      if (options.try !== undefined) {
        printJson(await tryEngine(options.try)())
        return
      }
      if (options.check !== undefined) {
        await check(command, options.check, options)
        return
      }
      const trials = await engineTrials(engineNames)
      if (options.json) printJson({ engines: trials })
      else printResult(report(trials))
    })
}
