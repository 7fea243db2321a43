/** `adclip cost`: parameters and operations of a method on the published CLIPs, counted from the programs themselves. */
import { Option } from 'commander'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { costOf } from '../../experiments/cost/cost.js'
import type { MethodConfiguration } from '../../experiments/adaptation/configuration.js'
import { methodConfiguration, methodConfigurationCodec } from '../../experiments/adaptation/configuration.js'
import type { CostSetting } from '../../experiments/cost/cost-programs.js'
import type { Measurement } from '../../experiments/cost/measurement.js'
import { measureCost } from '../../experiments/cost/measurement.js'
import type { Failure } from '../../effects/index.js'
import { Effect } from '../../effects/index.js'
import { openAiTowers } from '../../model/index.js'
import type { PublishedName } from '../../model/clip/published-architectures.js'
import { publishedArchitectures, publishedNames } from '../../model/clip/published-architectures.js'
import { costCaption, costTable } from '../cost-table.js'
import type { NamedCost } from '../cost-table.js'
import type { EngineChoice } from '../options/engine-option.js'
import { engineOption, loadEngine, threadsOption, withoutEngine } from '../options/engine-option.js'
import { decodeOptions } from '../options/decode-options.js'
import type { MethodChoice } from '../options/method-options.js'
import { checkChoices, methodOption, presetOption, withChoices } from '../options/method-options.js'
import { wholeNumber } from '../options/number-option.js'
import { addSettingOptions } from '../options/setting-options.js'
import { failWith, runEffect } from '../run-effect.js'
import { markdownTable, textTable } from '../table.js'
import { inertJson } from '../../effects/printable.js'
import { printResult } from '../output.js'

/** What is printed. */
const formats = ['text', 'markdown', 'json'] as const

interface CostOptions extends MethodChoice {
  readonly backbone: readonly PublishedName[]
  readonly classes: number
  readonly batch: number
  readonly nameTokens: number
  readonly measure: boolean
  readonly runs: number
  readonly format: (typeof formats)[number]
  readonly engine: EngineChoice
  readonly threads?: number
}

const methodOf = (options: CostOptions): E.Either<Failure, MethodConfiguration> =>
  decodeOptions(
    methodConfigurationCodec,
    withChoices(methodConfiguration(options.method, options.preset), options),
  )

const costOfOne = (name: PublishedName, options: CostOptions): Effect.Effect<NamedCost> => {
  const { classes, nameTokens } = options
  const architecture = publishedArchitectures[name]
  return pipe(
    Effect.fromEither(methodOf(options)),
    Effect.map((method): CostSetting => ({ method, classes, nameTokens })),
    Effect.bindTo('setting'),
    Effect.bindEither('cost', ({ setting }) => costOf(openAiTowers(architecture), setting)),
    Effect.bind('measurement', ({ setting }) =>
      options.measure
        ? measureCost(architecture, setting, options.runs)
        : Effect.of<Measurement | undefined>(undefined),
    ),
    Effect.map(({ cost, measurement }) => ({ name, cost, measurement })),
  )
}

const show = (costs: readonly NamedCost[], { format }: CostOptions): string => {
  if (format === 'json') return inertJson(costs)
  const { heading, rows } = costTable(costs)
  const caption = costs.slice(0, 1).map(({ cost }) => costCaption(cost.setting))
  return format === 'markdown'
    ? [markdownTable(heading, rows), '', ...caption.map((line) => `${line}.`)].join('\n')
    : [...caption, '', textTable(heading, rows)].join('\n')
}

export const defineCost = (definition: Command): void => {
  addSettingOptions(definition)
    .addOption(
      new Option('--backbone <names...>', 'which CLIPs').choices(publishedNames).default([...publishedNames]),
    )
    .addOption(methodOption())
    .addOption(presetOption())
    .option('--classes <n>', 'classes to tell apart', wholeNumber(1), 65)
    .option('--batch <n>', 'images of each domain in a step', wholeNumber(1), 16)
    .option('--name-tokens <n>', "tokens of the longest class's name", wholeNumber(1), 5)
    .option('--measure', 'run the programs with random weights, for time and memory', false)
    .option('--runs <n>', 'timed runs of each, after one that is not', wholeNumber(1), 3)
    .addOption(new Option('--format <name>', 'what is printed').choices(formats).default('text'))
    .addOption(engineOption())
    .addOption(threadsOption())
    .action(async (options: CostOptions, command: Command) => {
      const refused = checkChoices(options, [options.method], options.preset)
      if (E.isLeft(refused)) failWith(command, refused.left)
      else
        await runEffect(
          command,
          options.measure ? await loadEngine(options) : withoutEngine,
          pipe(
            options.backbone,
            Effect.traverseArray((name) => costOfOne(name, options)),
          ),
          (costs) => printResult(show(costs, options)),
        )
    })
}
