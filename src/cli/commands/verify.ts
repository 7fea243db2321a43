/** `adclip verify`: does a file of ONNX compute the same on every engine and device here? */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { EngineSource, NumberRange, Verification } from '../../engine-suite/index.js'
import { defaultLimits, verifyModel } from '../../engine-suite/index.js'
import { engineNames } from '../../engines/catalogue.js'
import { exitCodes } from '../exit-codes.js'
import { amount, bytes, namesAmong, wholeNumber } from '../options/number-option.js'
import { printJson, printResult } from '../output.js'
import { failWith } from '../run-effect.js'
import { textTable } from '../table.js'
import { version } from '../version.js'

interface VerifyOptions {
  readonly engines?: readonly (typeof engineNames)[number][]
  readonly sizes: Readonly<Record<string, number>>
  readonly range: Readonly<Record<string, NumberRange>>
  readonly inputs?: string
  readonly seed: number
  readonly tolerance: number
  readonly timeLimit: number
  readonly memoryLimit: number
  readonly out?: string
  readonly json: boolean
}

const figure = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : value === 0 ? '0' : value.toExponential(1)

const tableOf = ({ sizes, engines }: Verification): string => {
  const table = textTable(
    ['engine', 'largest difference', 'relative', 'ms', 'verdict'],
    engines.map(({ engine, absolute, relative, milliseconds, verdict }) => [
      engine,
      figure(absolute),
      figure(relative),
      milliseconds === undefined ? '-' : milliseconds.toFixed(1),
      verdict,
    ]),
  )
  const reasons = engines.flatMap(({ engine, reason, folder }) =>
    reason === undefined
      ? []
      : [
          `${engine}: ${(reason.split('\n')[0] ?? '').trim()}${folder === undefined ? '' : `\n  → ${folder}`}`,
        ],
  )
  const named = Object.entries(sizes).map(([symbol, size]) => `${symbol} = ${size}`)
  return [
    ...(named.length === 0 ? [] : [`sizes: ${named.join(', ')}`]),
    table,
    ...(reasons.length === 0 ? [] : [reasons.join('\n')]),
  ].join('\n\n')
}

/** Sizes as they are typed: `batch=2,sequence=16`. */
const sizesOf = (
  text: string,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => ({
  ...before,
  ...Object.fromEntries(
    text.split(',').map((part) => {
      const [symbol = '', size = ''] = part.split('=').map((side) => side.trim())
      if (symbol === '' || size === '')
        throw new InvalidArgumentError(`'${part}' is not of the form symbol=size.`)
      return [symbol, wholeNumber(0)(size)]
    }),
  ),
})

/** A range as it is typed: `input_ids=0:49408`. */
const rangeOf = (
  text: string,
  before: Readonly<Record<string, NumberRange>>,
): Readonly<Record<string, NumberRange>> => {
  const [, name = '', from, to] = /^(.+)=(-?[\d.]+):(-?[\d.]+)$/.exec(text) ?? []
  const range = { from: Number(from), to: Number(to) }
  if (name === '' || !(range.from < range.to))
    throw new InvalidArgumentError(
      'a range such as input_ids=0:49408 is needed: from the first number, below the last.',
    )
  return { ...before, [name]: range }
}

/** The engines by name; ONNX Runtime runs the file itself, too. */
const sourcesOf = (model: string, names: readonly (typeof engineNames)[number][]): readonly EngineSource[] =>
  names.flatMap((name): readonly EngineSource[] =>
    name === 'onnx' ? [{ file: model }, { name }] : [{ name }],
  )

export const defineVerify = (definition: Command): void => {
  definition
    .argument('<model>', 'a file of ONNX, opset 13 to 23')
    .option('--engines <names>', 'engines, separated by commas (default: all)', namesAmong(engineNames))
    .option('--sizes <sizes>', 'sizes of open dims, such as batch=2,sequence=16; others are 2', sizesOf, {})
    .option(
      '--range <name=from:to>',
      'range of an input, such as input_ids=0:49408; by default floats are normal, integers 0 or 1; may be repeated',
      rangeOf,
      {},
    )
    .option('--inputs <path>', 'a safetensors file with values of inputs, which are then not drawn')
    .option('--seed <n>', 'seed of the drawn inputs', wholeNumber(0), 1)
    .option(
      '--tolerance <share>',
      'largest difference allowed, as a share of the largest element of an output',
      amount,
      1e-4,
    )
    .option('--time-limit <seconds>', 'what one engine may take', wholeNumber(1), 600)
    .addOption(
      new Option('--memory-limit <bytes>', 'memory that one engine may take, such as 8GiB')
        .argParser(bytes)
        .default(4 * defaultLimits.bytes, '8GiB'),
    )
    .option('--out <folder>', 'folder for findings: each shows a difference again (engines --replay)')
    .option('--json', 'print one JSON object instead of a table', false)
    .action(async (model: string, options: VerifyOptions, command: Command) => {
      const outcome = await verifyModel({
        model,
        engines: sourcesOf(model, options.engines ?? engineNames),
        sizes: options.sizes,
        ranges: options.range,
        inputs: options.inputs,
        seed: options.seed,
        tolerance: options.tolerance,
        limits: { seconds: options.timeLimit, bytes: options.memoryLimit },
        findings: options.out,
        library: version,
      })
      if (E.isLeft(outcome)) {
        failWith(command, {
          tag: 'OptionRefused',
          option: model,
          problem: outcome.left,
          advice: 'what is read, and how inputs are given: docs/engines.md',
        })
        return
      }
      if (options.json) printJson(outcome.right)
      else printResult(tableOf(outcome.right))
      const verdicts = outcome.right.engines.map(({ verdict }) => verdict)
      if (verdicts.includes('differs')) process.exitCode = exitCodes.checkFailed
      else if (options.engines !== undefined && verdicts.includes('does not work here'))
        process.exitCode = exitCodes.failed
    })
}
