import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addMethodOptions, chosenConfiguration } from '../../src/cli/options/method-options.js'
import type { MethodChoices } from '../../src/cli/options/method-options.js'
import { methodConfiguration } from '../../src/experiments/adaptation/configuration.js'
import type { MethodName } from '../../src/methods/index.js'
import { definitionOf, methodNames } from '../../src/methods/index.js'
import { expectRight } from '../expect-either.js'

const chosen = (...args: readonly string[]) =>
  expectRight(
    chosenConfiguration(
      addMethodOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }))
        .parse(args, { from: 'user' })
        .opts<MethodChoices>(),
    ),
  )

/** What decides how long a method trains, on how many images, and how its rate goes on. */
const budget = {
  ...{ epochs: 50, epochShots: 'all', batch: 16 },
  ...{ schedule: 'continuous', warmUpEpochs: 1, warmUpRate: 1e-5 },
} as const

describe('a method on the command line', () => {
  const learning = methodNames.filter((name) => definitionOf(name).learns)

  it('is trained as it was released', () => {
    const prompts = { weightDecay: 5e-4, warmUpEpochs: 1, warmUpRate: 1e-5 }
    const classic = {
      ...{ epochs: 20, epochShots: 'all', batch: 32, optimizer: 'nesterov' },
      ...{ schedule: 'inverse-steps', warmUpEpochs: 0 },
    }
    const released: Readonly<Record<string, object>> = {
      'ad-clip': {
        ...prompts,
        ...{ epochs: 50, epochShots: 'all', batch: 16, learningRate: 0.01, schedule: 'per-batch' },
      },
      coop: {
        ...prompts,
        ...{ epochs: 200, epochShots: 16, batch: 32, learningRate: 0.002, schedule: 'per-epoch' },
      },
      cocoop: {
        ...prompts,
        ...{ epochs: 10, epochShots: 16, batch: 1, learningRate: 0.002, schedule: 'per-epoch' },
      },
      dapl: {
        ...prompts,
        ...{ epochs: 25, epochShots: 'all', batch: 32, learningRate: 0.003, schedule: 'per-batch' },
      },
      'linear-probe': { ...budget, ...prompts, optimizer: 'adam', learningRate: 0.001 },
      dann: { ...classic, learningRate: 0.01, weightDecay: 1e-3 },
      mmd: { ...classic, learningRate: 0.003, weightDecay: 5e-4 },
      coral: { ...classic, learningRate: 0.001, weightDecay: 5e-4 },
      'shot-im': {
        ...classic,
        ...{ epochs: 15, batch: 64, learningRate: 0.01, weightDecay: 1e-3, schedule: 'inverse-progress' },
      },
      unimos: {
        ...{ epochs: 50, epochShots: 'all', batch: 32, optimizer: 'sgd', learningRate: 0.003 },
        ...{ schedule: 'inverse-steps', weightDecay: 0, warmUpEpochs: 0 },
      },
      damp: {
        ...{ epochs: 30, epochShots: 'all', batch: 32, optimizer: 'adam', learningRate: 0.003 },
        ...{ schedule: 'per-batch', weightDecay: 5e-4, warmUpEpochs: 1, augmentation: 'none' },
      },
      pda: {
        ...prompts,
        ...{ epochs: 10, epochShots: 'all', batch: 32, learningRate: 0.003, schedule: 'per-epoch' },
      },
    }
    expect(Object.keys(released).toSorted()).toEqual([...learning].toSorted())
    for (const name of learning) {
      expect(chosen('--method', name), name).toMatchObject({ ...released[name] })
    }
  })

  it.each(learning.map((name): readonly [MethodName] => [name]))(
    'is trained as long as the others with --same-budget, by its own optimizer and rate: %s',
    (name) => {
      const { optimizer, learningRate, weightDecay, settings } = methodConfiguration(name)
      expect(chosen('--method', name, '--same-budget')).toMatchObject({
        ...budget,
        ...{ optimizer, learningRate, weightDecay, settings },
      })
    },
  )

  it.each(['reference', 'paper', 'robust'])(
    'is trained as long as the others with --same-budget, whichever its preset: %s',
    (preset) => expect(chosen('--preset', preset, '--same-budget')).toMatchObject(budget),
  )

  it('is trained as its options say, with --same-budget, too', () => {
    const options = ['--epochs', '3', '--epoch-shots', '8', '--batch', '4', '--schedule', 'per-epoch']
    const asked = { epochs: 3, epochShots: 8, batch: 4, schedule: 'per-epoch' }
    expect(chosen('--method', 'coop', ...options)).toMatchObject(asked)
    expect(chosen('--method', 'coop', '--same-budget', ...options)).toMatchObject(asked)
    expect(chosen('--method', 'coop', '--epoch-shots', 'all')).toMatchObject({
      epochs: 200,
      epochShots: 'all',
    })
    expect(() => chosen('--epoch-shots', 'few')).toThrow('not a number')
    expect(() => chosen('--schedule', 'per-step')).toThrow('per-batch, per-epoch, continuous')
  })
})
