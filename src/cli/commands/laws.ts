/** `adclip laws`: checks the laws of every loss and layer, and prints which of them hold. */
import * as E from 'fp-ts/lib/Either.js'
import * as T from 'fp-ts/lib/Task.js'
import type { Command } from 'commander'
import { Option } from 'commander'
import { explain } from '../../effects/index.js'
import type { CheckedDeclaration, LawDeclaration, LawOutcome } from '../../laws/index.js'
import {
  coverageAsMarkdown,
  coverageAsText,
  coverageTable,
  engineUnderLaw,
  explainViolation,
  layerLaws,
  lossLaws,
  tryLaws,
  tryLawsOn,
} from '../../laws/index.js'
import type { EngineChoice } from '../options/engine-option.js'
import { engineChoices, loadEngine, threadsOption } from '../options/engine-option.js'
import { wholeNumber } from '../options/number-option.js'
import { exitCodes } from '../exit-codes.js'
import { failWith } from '../run-effect.js'
import { printResult } from '../output.js'

interface LawsOptions {
  readonly runs: number
  readonly seed: number
  readonly engine: EngineChoice
  readonly threads?: number
  readonly markdown?: true
}

const checkAll = async (
  declarations: readonly LawDeclaration[],
  check: (declaration: LawDeclaration) => T.Task<readonly LawOutcome[]>,
): Promise<readonly CheckedDeclaration[]> => {
  const checked: CheckedDeclaration[] = []
  for (const declaration of declarations) checked.push({ declaration, outcomes: await check(declaration)() })
  return checked
}

const total = (checked: readonly CheckedDeclaration[]): number =>
  checked
    .flatMap(({ outcomes }) => outcomes)
    .reduce((sum, outcome) => sum + (outcome.tag === 'LawNotTried' ? 0 : outcome.cases), 0)

const show = (
  title: string,
  checked: readonly CheckedDeclaration[],
  { runs, seed, engine, markdown }: LawsOptions,
): string => {
  const table = coverageTable(checked)
  const summary = `${runs} cases for each law, ${total(checked)} in all, on ${engine}; seed ${seed}`
  return markdown === true
    ? `## ${title}\n\n${summary}.\n\n${coverageAsMarkdown(table)}\n`
    : `${title} (${summary})\n\n${coverageAsText(table)}\n`
}

export const defineLaws = (definition: Command): void => {
  definition
    .option('--runs <n>', 'cases for each law', wholeNumber(1), 100)
    .option('--seed <n>', 'the same seed tries the same cases', wholeNumber(0), 1)
    .addOption(
      new Option('--engine <name>', 'engine that computes; see: adclip engines')
        .choices(engineChoices)
        .default('reference'),
    )
    .addOption(threadsOption())
    .option('--markdown', 'print the tables for the documentation')
    .action(async (options: LawsOptions, command: Command) => {
      const loaded = await loadEngine(options)
      if (E.isLeft(loaded)) {
        failWith(command, loaded.left)
        return
      }
      const check = (declaration: LawDeclaration): T.Task<readonly LawOutcome[]> =>
        options.engine === 'reference'
          ? T.fromIO(() => tryLaws(declaration, options))
          : tryLawsOn(engineUnderLaw(loaded.right.engine, { explain }), declaration, options)
      const losses = await checkAll(lossLaws, check)
      const layers = await checkAll(layerLaws, check)
      printResult(show('Losses', losses, options))
      printResult(show('Layers', layers, options))
      const broken = [...losses, ...layers]
        .flatMap(({ outcomes }) => outcomes)
        .flatMap((outcome) => (outcome.tag === 'LawViolation' ? [outcome] : []))
      for (const violation of broken) printResult(`\n${explainViolation(violation)}`)
      if (broken.length > 0) process.exitCode = exitCodes.checkFailed
    })
}
