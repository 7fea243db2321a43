/** `adclip engines`: tries every engine on this machine, checks one against the meaning of programs, or runs a finding again. */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { conformanceAsMarkdown } from '../../engine-conformance/index.js'
import type { EngineSource, NotStarted, ReplayedFinding, SuiteReport } from '../../engine-suite/index.js'
import { defaultLimits, replayFinding, runSuite, sourceOf, sourceText } from '../../engine-suite/index.js'
import type { EngineName } from '../../engines/catalogue.js'
import { catalogue, engineNames } from '../../engines/catalogue.js'
import type { GraphOptimization } from '../../engines/onnx/provider.js'
import { graphOptimizations } from '../../engines/onnx/provider.js'
import type { EngineTrial } from '../../engines/trial/try-engine.js'
import { tryEngine } from '../../engines/trial/try-engine.js'
import { engineTrials } from '../engine-trials.js'
import { bytes, wholeNumber } from '../options/number-option.js'
import { exitCodes } from '../exit-codes.js'
import { failWith } from '../run-effect.js'
import { textTable } from '../table.js'
import { printJson, printNotice, printResult } from '../output.js'
import { version } from '../version.js'

interface EnginesOptions {
  readonly json: boolean
  readonly check?: EngineSource
  readonly replay?: string
  readonly findings?: string
  readonly cases: number
  readonly seed: number
  readonly timeLimit: number
  readonly memoryLimit: number
  readonly graphOptimization?: GraphOptimization
  readonly try?: EngineName
}

const rowOf = ({
  name,
  title,
  version: ofLibrary,
  device,
  works,
  gigaflops,
}: EngineTrial): readonly string[] => [
  name,
  title,
  ofLibrary === '' ? '-' : ofLibrary,
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

/** An engine of the list, or a module that exports one. */
const engineSource = (text: string): EngineSource => {
  const source = sourceOf(text)
  if (source === undefined)
    throw new InvalidArgumentError(
      `it is one of ${engineNames.join(', ')}, or a module that exports an engine: ./my-engine.js#exported.`,
    )
  return source
}

/** The engine with its graphs rewritten or not. Undefined where it has no such setting. */
const withOptimization = (
  source: EngineSource,
  graphOptimization: GraphOptimization | undefined,
): EngineSource | undefined => {
  if (graphOptimization === undefined) return source
  return 'name' in source && catalogue[source.name].takesGraphOptimization
    ? { ...source, graphOptimization }
    : undefined
}

const replayLine = ({ folder, check, deviation }: ReplayedFinding): string =>
  `${folder}: ${check}: ${deviation === undefined ? 'no longer' : (deviation.split('\n')[0] ?? '')}`

const replayedSection = ({ replayed }: SuiteReport): readonly string[] =>
  replayed.length === 0 ? [] : [`Earlier findings:\n${replayed.map(replayLine).join('\n')}`]

const foldersSection = ({ findings }: SuiteReport): readonly string[] => {
  const folders = findings.flatMap(({ folder }) => folder ?? [])
  return folders.length === 0 ? [] : [`Folders that show them again:\n${folders.join('\n')}`]
}

const doesNotWork = (command: Command, option: string, { what, advice }: NotStarted): void =>
  failWith(command, {
    tag: 'OptionRefused',
    option,
    problem: `it does not work on this machine: ${what.trim()}`,
    advice,
  })

/** Checks one engine. If it does not work on this machine, that is the only message. */
const check = async (
  command: Command,
  given: EngineSource,
  { json, cases, seed, findings, timeLimit, memoryLimit, graphOptimization }: EnginesOptions,
): Promise<void> => {
  const source = withOptimization(given, graphOptimization)
  if (source === undefined) {
    failWith(command, {
      tag: 'OptionRefused',
      option: `--graph-optimization ${graphOptimization}`,
      problem: `'${sourceText(given)}' has no optimization of graphs`,
      advice: 'leave it out, or check an engine of ONNX Runtime',
    })
    return
  }
  const outcome = await runSuite({
    source,
    options: { runs: cases, seed },
    limits: { seconds: timeLimit, bytes: memoryLimit },
    findings,
    library: version,
  })
  if (E.isLeft(outcome)) {
    doesNotWork(command, `--check ${sourceText(given)}`, outcome.left)
    return
  }
  const suite = outcome.right
  if (json) printJson(suite)
  else
    printResult(
      [...replayedSection(suite), conformanceAsMarkdown([suite]), ...foldersSection(suite)].join('\n\n'),
    )
  if ([...suite.findings, ...suite.replayed].some(({ deviation }) => deviation !== undefined))
    process.exitCode = exitCodes.checkFailed
}

/** Runs the finding of a folder again. */
const replay = async (
  command: Command,
  folder: string,
  { check: source, json, timeLimit, memoryLimit }: EnginesOptions,
): Promise<void> => {
  const outcome = await replayFinding(folder, {
    source,
    limits: { seconds: timeLimit, bytes: memoryLimit },
  })
  if (E.isLeft(outcome)) {
    failWith(command, {
      tag: 'OptionRefused',
      option: `--replay ${folder}`,
      problem: outcome.left,
      advice: 'give a folder that --findings made',
    })
    return
  }
  if (json) printJson(outcome.right)
  else printResult(replayLine(outcome.right))
  if (outcome.right.deviation !== undefined) process.exitCode = exitCodes.checkFailed
}

export const defineEngines = (definition: Command): void => {
  definition
    .option('--json', 'print one JSON object instead of a table', false)
    .option(
      '--check <engine>',
      'check that one engine, or ./my-engine.js#exported, computes every primitive right; exit code 0 only if every check holds',
      engineSource,
    )
    .option('--cases <n>', 'random cases for each primitive that is checked', wholeNumber(1), 10)
    .option('--seed <n>', 'seed of the random cases', wholeNumber(0), 1)
    .option(
      '--findings <folder>',
      'folder of findings: with --check, those in it are tried first, and each new one is written into it',
    )
    .option('--replay <folder>', 'run one finding again, on its engine or on that of --check')
    .option(
      '--time-limit <seconds>',
      'what one check may take; more is a finding',
      wholeNumber(1),
      defaultLimits.seconds,
    )
    .addOption(
      new Option('--memory-limit <bytes>', 'memory that one check may take, such as 2GiB; more is a finding')
        .argParser(bytes)
        .default(defaultLimits.bytes, '2GiB'),
    )
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
      if (options.replay !== undefined) {
        await replay(command, options.replay, options)
        return
      }
      if (options.check !== undefined) {
        await check(command, options.check, options)
        return
      }
      if (options.findings !== undefined) printNotice('--findings is used with --check')
      const trials = await engineTrials(engineNames)
      if (options.json) printJson({ engines: trials })
      else printResult(report(trials))
    })
}
