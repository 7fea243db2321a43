/** Laws about parts of a batch: single examples, and positions that a mask selects. */
import { uniform } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import { equalTo } from '../closeness.js'
import type { Answer } from '../experiment.js'
import { ask, askAll, askBoth, conclude, vacuous } from '../experiment.js'
import type { Law, Setting } from '../law.js'
import { questionOf, sameOutput, withValues } from '../law.js'
import { elementAt, mapElements, positionAlong, realTensor, takeAlong } from '../tensor-values.js'
import type { Trial } from '../trial.js'
import { selectPositions } from '../trial.js'

const positions = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** One trial for each position of a symbol, with that position alone. */
const singletons = ({ trial, tensors }: Setting, symbol: string): readonly Trial[] =>
  positions(trial.sizes[symbol] ?? 0).map((i) => selectPositions(tensors, trial, symbol, [i]))

/** The output of a batch is the mean of the outputs of its examples alone. */
export const meanOfSingletons = <Name extends string>(symbol: Name): Law<Name> => ({
  family: 'mean of singletons',
  name: `mean over ${symbol}`,
  statement: `the output is the mean of the outputs of each position of '${symbol}' alone`,
  about: [symbol],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) =>
    ask(questionOf(setting.trial), ({ output }) =>
      askAll(
        singletons(setting, symbol).map((trial) => questionOf(trial)),
        (alone: readonly Answer[]) =>
          conclude(
            equalTo(
              { label: 'output', value: output },
              {
                label: `mean of ${alone.length} outputs`,
                value: realTensor(
                  output.shape,
                  (flat) =>
                    alone.reduce((sum, answer) => sum + elementAt(answer.output, flat), 0) / alone.length,
                ),
              },
              setting.tolerance,
            ),
          ),
      ),
    ),
})

/** Position i of the output depends on position i of the arguments alone: no example sees another. */
export const rowsIndependent = <Name extends string>(symbol: Name, outputAxis: number): Law<Name> => ({
  family: 'rows independent',
  name: `independent along ${symbol}`,
  statement: `each position of '${symbol}' gives the same output alone as among others`,
  about: [symbol],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) => {
    const chosen = Math.floor((uniform(setting.trial.key, 1)[0] ?? 0) * (setting.trial.sizes[symbol] ?? 0))
    const alone = selectPositions(setting.tensors, setting.trial, symbol, [chosen])
    return ask(questionOf(setting.trial), ({ output }) =>
      ask(questionOf(alone), (answer) =>
        conclude(
          equalTo(
            {
              label: `output, position ${chosen} of '${symbol}'`,
              value: takeAlong(output, outputAxis, [chosen]),
            },
            { label: 'output of that position alone', value: answer.output },
            setting.tolerance,
          ),
        ),
      ),
    )
  },
})

/**
 * A mask selects a subset: with `mask` [symbol] the output is that of the positions where the mask is true. If the
 * output has an axis of that symbol (`outputAxis`), its other positions may be anything.
 */
export const maskIsSubset = <Name extends string>(
  mask: Name,
  symbol: Name,
  outputAxis?: number,
): Law<Name> => ({
  family: 'mask is subset',
  name: `${mask} selects from ${symbol}`,
  statement: `the output under '${mask}' is that of the positions of '${symbol}' where it is true`,
  about: [mask, symbol],
  region: 'extreme',
  precision: 'any',
  experiment: (setting) => {
    const chosen = positions(setting.trial.sizes[symbol] ?? 0).filter(
      (i) => setting.trial.values[mask]?.data[i] === 1,
    )
    if (chosen.length === 0) return vacuous
    const subset = selectPositions(setting.tensors, setting.trial, symbol, chosen)
    return askBoth(questionOf(setting.trial), questionOf(subset), ({ output }, alone) =>
      conclude(
        equalTo(
          {
            label: 'output',
            value: outputAxis === undefined ? output : takeAlong(output, outputAxis, chosen),
          },
          { label: `output of positions ${chosen.join(' ')} alone`, value: alone.output },
          setting.tolerance,
        ),
      ),
    )
  },
})

const pointsAt = (value: TensorValue | undefined, position: number): boolean =>
  value?.data.some((label) => label === position) ?? false

/**
 * Logits of −∞ remove a class: the output is that without the class. The class is one that no label names.
 *
 * `logits` names the arguments that are masked, along the axis of `symbol`.
 */
export const maskedClassIsAbsent = <Name extends string>(
  symbol: Name,
  ...logits: readonly Name[]
): Law<Name> => ({
  family: 'mask is subset',
  name: `-∞ removes a class of ${symbol}`,
  statement: `a class of '${symbol}' with logits of -∞ in ${logits.map((name) => `'${name}'`).join(' and ')} gives the output without that class`,
  about: [symbol, ...logits],
  region: 'typical',
  precision: 'any',
  experiment: (setting) => {
    const { trial, tensors } = setting
    const count = trial.sizes[symbol] ?? 0
    const free = positions(count).filter(
      (k) => !tensors.some(({ name, indexes }) => indexes === symbol && pointsAt(trial.values[name], k)),
    )
    const absent = free[Math.floor((uniform(trial.key, 1)[0] ?? 0) * free.length)]
    if (count < 2 || absent === undefined) return vacuous
    const masked = tensors.flatMap(({ name, shape }) => {
      const value = trial.values[name]
      if (value === undefined || !logits.some((argument) => argument === name)) return []
      const position = positionAlong(value.shape, shape.indexOf(symbol))
      return [
        [
          name,
          mapElements(value, (element, flat) => (position(flat) === absent ? -Infinity : element)),
        ] as const,
      ]
    })
    const rest = positions(count).filter((i) => i !== absent)
    const under = withValues(setting, Object.fromEntries(masked))
    return sameOutput(
      { ...setting, trial: under },
      `output without class ${absent}`,
      selectPositions(tensors, trial, symbol, rest),
    )
  },
})
