/** What commands that run many adaptations and print a table of them have in common. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { AdaptationConfiguration } from '../../experiments/adaptation/configuration.js'
import {
  adaptationConfiguration,
  methodConfiguration,
  withKeptViews,
} from '../../experiments/adaptation/configuration.js'
import type { Precision } from '../../engines/precision.js'
import type { CommandFailure } from '../explain-failure.js'
import type { DomainPair } from '../../experiments/study/domain-pair.js'
import type { Study } from '../../experiments/study/plan.js'
import type { StudyResult } from '../../experiments/study/study-result.js'
import { classTables, pairTable } from '../../experiments/study/study-result.js'
import { pairedComparison } from '../../experiments/study/paired-comparison.js'
import { onTargets } from '../../experiments/study/variant.js'
import type { Metric } from '../../experiments/study/summary.js'
import { metrics } from '../../experiments/study/summary.js'
import { withTokenizer } from '../clip-tokenizer.js'
import type { ActivationChoice } from './activation-option.js'
import { activationOption } from './activation-option.js'
import type { DataSetChoices } from './data-set-options.js'
import {
  classNamesOption,
  dataDescription,
  dataFields,
  layoutOption,
  strictOption,
} from './data-set-options.js'
import type { EngineChoice } from './engine-option.js'
import { engineOption, loadEngine, threadsOption, withoutEngine } from './engine-option.js'
import { decodeOptions } from './decode-options.js'
import type { MethodChoice, TrainingChoices } from './method-options.js'
import { addTuningOptions, withChoices } from './method-options.js'
import { names, wholeNumber } from './number-option.js'
import type { LogChoice } from './log-option.js'
import { logOption, trackersOf } from './log-option.js'
import { featuresFolder, featuresOption } from './features-option.js'
import type { TargetShiftChoice } from './target-shift-option.js'
import { targetShiftOption } from './target-shift-option.js'
import { precisionField, precisionOption } from './precision-option.js'
import type { StudyPartChoices } from './study-part-options.js'
import { addStudyPartOptions, studyPart } from './study-part-options.js'
import { exitCodes } from '../exit-codes.js'
import { failWith, runEffect } from '../run-effect.js'
import { studyPartEffect } from '../study-part.js'
import type { ComparisonTable, TableFormat } from '../study-table.js'
import { comparisonTable, formatTables, tableFormats } from '../study-table.js'
import { version } from '../version.js'
import { printNotice, printResult } from '../output.js'

export interface StudyChoices
  extends StudyPartChoices, DataSetChoices, TrainingChoices, ActivationChoice, TargetShiftChoice, LogChoice {
  readonly data: string
  readonly clip: string
  readonly out: string
  readonly pairs?: readonly DomainPair[] | 'all'
  readonly seeds: readonly number[]
  readonly features?: string
  readonly metric: Metric
  readonly perClass: boolean
  readonly format: TableFormat
  readonly engine: EngineChoice
  readonly threads?: number
  readonly precision: Precision
}

/** Whole numbers separated by commas. */
export const wholeNumbers =
  (least: number) =>
  (text: string): readonly number[] => [...new Set(names(text).map(wholeNumber(least)))]

/** `photo:sketch,art:photo`, each pair once, or `all`. */
export const domainPairs = (text: string): readonly DomainPair[] | 'all' => {
  if (text === 'all') return text
  const pairs = names(text).map((pair) => {
    const [source = '', target = '', ...more] = pair.split(':').map((side) => side.trim())
    if (source === '' || target === '' || more.length > 0) {
      throw new InvalidArgumentError(`'${pair}' is not of the form source:target.`)
    }
    return { source, target }
  })
  return pairs.filter(
    ({ source, target }, i) =>
      pairs.findIndex((other) => other.source === source && other.target === target) === i,
  )
}

/** Adds the options of a study to a command, those that tune the methods last. */
export const addStudyOptions = (command: Command): Command =>
  addTuningOptions(
    addStudyPartOptions(command)
      .requiredOption('--data <root>', dataDescription)
      .requiredOption(
        '--clip <file>',
        "CLIP's weights (safetensors), or a folder with them and their configuration",
      )
      .addOption(activationOption())
      .requiredOption('--out <dir>', 'where the runs are written; what is done there is not done again')
      .option(
        '--pairs <source:target,...>',
        "columns: pairs of domains, or 'all' (default: all; of VisDA-2017 synthetic:real)",
        domainPairs,
      )
      .option('--seeds <1,2,3>', 'seeds of weights and batches', wholeNumbers(0), [1, 2, 3])
      .addOption(
        new Option(
          '--metric <name>',
          'accuracy over images, or balanced: the mean over classes; with --target-shift open-set, harmonic-mean or auroc, too',
        )
          .choices(metrics)
          .default('overall'),
      )
      .option(
        '--per-class',
        'a table for each pair, with a column for each class (VisDA-2017: always)',
        false,
      )
      .addOption(
        new Option('--format <name>', 'how tables are printed').choices(tableFormats).default('text'),
      )
      .addOption(logOption())
      .addOption(targetShiftOption())
      .addOption(featuresOption())
      .addOption(layoutOption())
      .addOption(classNamesOption())
      .addOption(strictOption())
      .addOption(engineOption())
      .addOption(threadsOption())
      .addOption(precisionOption()),
  )

/**
 * The configuration of a method's runs under these options, but for source, target and seed. The runs share encoded images,
 * so that by default views are kept.
 */
export const studyConfiguration = (
  options: StudyChoices,
  { method, preset }: MethodChoice,
): E.Either<CommandFailure, AdaptationConfiguration> =>
  decodeOptions(adaptationConfiguration, {
    ...withChoices(withKeptViews(methodConfiguration(method, preset)), options),
    ...dataFields(options),
    source: '',
    target: '',
    clip: resolve(options.clip),
    activation: options.activation,
    engine: options.engine,
    ...precisionField(options.precision),
    version,
  })

/** Refuses a score of unknown classes where all classes are known. */
export const checkMetric = ({
  metric,
  targetShift,
}: Pick<StudyChoices, 'metric' | 'targetShift'>): E.Either<CommandFailure, void> =>
  metric === 'overall' ||
  metric === 'balanced' ||
  (targetShift !== undefined && targetShift.every((kind) => kind?.kind === 'open-set'))
    ? E.right(undefined)
    : E.left({
        tag: 'OptionRefused',
        option: '--metric',
        problem: `${metric} needs images of unknown classes`,
        advice: 'give --target-shift open-set:<n> alone, too',
      })

/** The rows of a result against one of them, as a table; none where there is nothing to compare. */
const comparisonOf = (
  result: StudyResult,
  reference: string | undefined,
  metric: Metric,
): readonly ComparisonTable[] => {
  const comparison = reference === undefined ? undefined : pairedComparison(result, reference, metric)
  return comparison === undefined ? [] : [comparisonTable(pairTable(result, metric).title, comparison)]
}

/** What is printed of results: their tables, and after each kind of target how its rows differ from the row of reference. */
const printedStudy =
  ({ metric, perClass, format }: StudyChoices, reference: string | undefined) =>
  (results: readonly StudyResult[]): string =>
    formatTables(
      results.flatMap((result) => [
        ...(perClass || result.layout === 'visda-2017' ? classTables(result) : [pairTable(result, metric)]),
        ...comparisonOf(result, reference, metric),
      ]),
      format,
    )

/**
 * Does the part of a study that the options ask for: if none, what is not done yet, and prints the table. With the name of a row as
 * reference it prints how the others differ from it, too.
 */
export const runStudyCommand = (
  command: Command,
  options: StudyChoices,
  variants: Study['variants'],
  reference?: string,
): Promise<void> =>
  withTokenizer(command, async (tokenizer) => {
    const {
      data,
      layout,
      classNames,
      clip,
      activation,
      out: directory,
      pairs,
      seeds,
      strict,
      precision,
      targetShift = [undefined],
    } = options
    const features = featuresFolder(options.features, precision)
    const part = pipe(
      checkMetric(options),
      E.flatMap(() => studyPart({ ...options, features }, process.env)),
    )
    if (E.isLeft(part)) {
      failWith(command, part.left)
      return
    }
    // What only reads needs no engine.
    const reads = ['Plan', 'DryRun', 'Collect'].includes(part.right.tag)
    await runEffect(
      command,
      reads ? withoutEngine : await loadEngine(options, precision),
      studyPartEffect(
        {
          ...{ directory, data, layout, classNames, clip, activation, pairs, seeds },
          variants: (levels) => onTargets(targetShift, variants(levels)),
        },
        part.right,
        { tokenizer, strict, features, trackers: trackersOf(options) },
        printedStudy(options, reference),
      ),
      ({ output, notes, complete }) => {
        for (const line of notes) printNotice(line)
        printResult(output.join('\n'))
        if (!complete) process.exitCode = exitCodes.checkFailed
      },
    )
  })
