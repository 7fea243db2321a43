/** Settings of runs as text, and those in which runs differ. Pure. */
import { leaves } from '../../training/run-configuration.js'
import type { AdaptationConfiguration } from '../adaptation/configuration.js'
import { withoutEffect } from '../adaptation/configuration.js'

/** Values of settings by path, such as `settings.levels`. */
export type Settings = ReadonlyMap<string, string>

/** What a run is, and where and with what it was computed: no settings of its method or training. */
const identity: readonly string[] = ['kind', 'method', 'preset', 'source', 'target', 'seed', 'untrained']
const circumstances: readonly string[] = ['version', 'memory']

/** Fields that a configuration may leave out, which is a value of its own. */
const optional: readonly string[] = ['layout', 'classNames', 'targetShift', 'activation', 'precision']

/** A value as text: `views 4` for `{ views: 4 }`. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([name, inner]) => `${name} ${textOf(inner)}`)
        .join(', ')
    : JSON.stringify(value)
}

/** All settings that make a difference to a run, seed and method apart. Those of the method are taken apart. */
export const settingsOf = ({ settings, ...rest }: AdaptationConfiguration): Settings => {
  const left = [...identity, ...circumstances, ...withoutEffect(rest)]
  const whole = Object.entries(rest).filter(([name]) => !left.includes(name))
  return new Map(
    [...whole, ...leaves({ settings })].flatMap(([path, value]) =>
      value === undefined ? [] : [[path, textOf(value)]],
    ),
  )
}

/** The name of a setting, without saying that it is one of the method. */
export const settingName = (path: string): string => path.replace(/^settings\./, '')

/** A setting that differs: the values that it has, and which of the compared ones have each, by position. */
export interface DifferingSetting {
  readonly path: string
  readonly values: readonly { readonly value: string; readonly of: readonly number[] }[]
}

/** What is shown for a setting that a configuration leaves out. */
export const notSet = 'not set'

/** A setting that a method does not have, or that makes no difference to it, has no value. */
const valueIn = (path: string, settings: Settings): string | undefined =>
  settings.get(path) ?? (optional.includes(path) ? notSet : undefined)

/**
 * The settings in which some of these differ, by path.
 *
 * @example
 * differingSettings([new Map([['batch', '4']]), new Map([['batch', '8']])])
 * // [{ path: 'batch', values: [{ value: '4', of: [0] }, { value: '8', of: [1] }] }]
 */
export const differingSettings = (all: readonly Settings[]): readonly DifferingSetting[] => {
  const paths = [...new Set(all.flatMap((settings) => [...settings.keys()]))].toSorted()
  return paths.flatMap((path): readonly DifferingSetting[] => {
    const positions = new Map<string, readonly number[]>()
    for (const [i, settings] of all.entries()) {
      const value = valueIn(path, settings)
      if (value !== undefined) positions.set(value, [...(positions.get(value) ?? []), i])
    }
    return positions.size > 1 ? [{ path, values: [...positions].map(([value, of]) => ({ value, of })) }] : []
  })
}
