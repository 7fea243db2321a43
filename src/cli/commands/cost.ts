/** `adclip cost`: parameters and operations of a method on the published CLIPs, counted from the programs themselves. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { pipe } from 'fp-ts/lib/function.js'
import { costOf } from '../../experiments/cost/cost.js'
import type { MethodConfiguration } from '../../experiments/adaptation/configuration.js'
import { methodConfiguration } from '../../experiments/adaptation/configuration.js'
import type { CostSetting } from '../../experiments/cost/cost-programs.js'
import { releasedHiddenWidths } from '../../experiments/cost/cost-programs.js'
import type { Measurement } from '../../experiments/cost/measurement.js'
import { measureCost } from '../../experiments/cost/measurement.js'
import { Effect } from '../../effects/index.js'
import type { MethodName } from '../../methods/index.js'
import { methodNames } from '../../methods/index.js'
import type { PresetName } from '../../methods/index.js'
import { presets } from '../../methods/index.js'
import { openAiTowers } from '../../model/index.js'
import type { PublishedName } from '../../model/clip/published-architectures.js'
import { publishedArchitectures, publishedNames } from '../../model/clip/published-architectures.js'
import { costCaption, costTable } from '../cost-table.js'
import type { NamedCost } from '../cost-table.js'
import type { EngineChoice } from '../engine-option.js'
import { engineOption, loadEngine } from '../engine-option.js'
import { wholeNumber } from '../number-option.js'
import { runEffect } from '../run-effect.js'
import { markdownTable, textTable } from '../table.js'

/** What is printed. */
const formats = ['text', 'markdown', 'json'] as const

interface CostOptions {
  readonly backbone: readonly PublishedName[]
  readonly method: MethodName
  readonly preset: PresetName
  readonly classes: number
  readonly batch: number
  readonly nameTokens: number
  readonly imageTokens: number
  readonly measure: boolean
  readonly runs: number
  readonly format: (typeof formats)[number]
  readonly engine: EngineChoice
}

const costOfOne = (name: PublishedName, options: CostOptions): Effect.Effect<NamedCost> => {
  const { method, preset, classes, batch, nameTokens, imageTokens } = options
  const architecture = publishedArchitectures[name]
  const configuration: MethodConfiguration = {
    ...methodConfiguration(method, preset),
    ...releasedHiddenWidths(architecture),
    batch,
    imageTokens,
  }
  const setting: CostSetting = { method: configuration, classes, nameTokens }
  return pipe(
    Effect.Do,
    Effect.bindEither('cost', () => costOf(openAiTowers(architecture), setting)),
    Effect.bind('measurement', () =>
      options.measure
        ? measureCost(architecture, setting, options.runs)
        : Effect.of<Measurement | undefined>(undefined),
    ),
    Effect.map((found) => ({ name, ...found })),
  )
}

const show = (costs: readonly NamedCost[], { format }: CostOptions): string => {
  if (format === 'json') return JSON.stringify(costs)
  const { heading, rows } = costTable(costs)
  const caption = costs.slice(0, 1).map(({ cost }) => costCaption(cost.setting))
  return format === 'markdown'
    ? [markdownTable(heading, rows), '', ...caption.map((line) => `${line}.`)].join('\n')
    : [...caption, '', textTable(heading, rows)].join('\n')
}

export const registerCost = (cli: Command): void => {
  cli
    .command('cost')
    .description('parameters and operations of a method on the published CLIPs, counted from its programs')
    .addOption(
      new Option('--backbone <names...>', 'which CLIPs').choices(publishedNames).default([...publishedNames]),
    )
    .addOption(new Option('--method <name>', 'what adapts').choices(methodNames).default('ad-clip'))
    .addOption(
      new Option('--preset <name>', 'which reading of AD-CLIP')
        .choices(Object.keys(presets))
        .default('reference'),
    )
    .option('--classes <n>', 'classes to tell apart', wholeNumber(1), 65)
    .option('--batch <n>', 'images of each domain in a step', wholeNumber(1), 16)
    .option('--name-tokens <n>', "tokens of the longest class's name", wholeNumber(1), 5)
    .option('--image-tokens <n>', 'image tokens in a prompt of AD-CLIP', wholeNumber(1), 4)
    .option('--measure', 'run the programs with random weights, for time and memory', false)
    .option('--runs <n>', 'timed runs of each, after one that is not', wholeNumber(1), 3)
    .addOption(new Option('--format <name>', 'what is printed').choices(formats).default('text'))
    .addOption(engineOption())
    .action(async (options: CostOptions, command: Command) =>
      runEffect(
        command,
        options.measure ? await loadEngine(options.engine) : await loadEngine('reference'),
        pipe(
          options.backbone,
          Effect.traverseArray((name) => costOfOne(name, options)),
        ),
        (costs) => console.log(show(costs, options)),
      ),
    )
}
