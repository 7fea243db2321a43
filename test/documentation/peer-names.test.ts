import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addStudyOptions } from '../../src/cli/options/study-options.js'
import { readTargetShift } from '../../src/cli/options/target-shift-option.js'
import { layoutNames } from '../../src/data/layouts.js'
import { metrics } from '../../src/experiments/study/summary.js'
import * as losses from '../../src/losses/index.js'
import * as methods from '../../src/methods/index.js'
import { definitionOf, methodNames, trainingSchedules } from '../../src/methods/index.js'
import * as optimizers from '../../src/optimizers/index.js'

const page = readFileSync(fileURLToPath(new URL('../../docs/methods.md', import.meta.url)), 'utf8')
const [, section = ''] = /## By the names of TLlib and Dassl\n(.*?)\n## /s.exec(page) ?? []

interface PeerName {
  readonly theirs: string
  readonly here: string
}

const rows = section.split('\n').flatMap((line): readonly PeerName[] => {
  const [, theirs, , here] = line.split('|').map((cell) => cell.trim())
  return theirs === undefined || here === undefined || theirs === 'theirs' || theirs.startsWith('---')
    ? []
    : [{ theirs, here }]
})

/** What is written as code in a cell. */
const codeIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

const options = new Set(addStudyOptions(new Command()).options.map(({ long }) => long))
/** `--method` is an option of `train`, and one of `table` by another name. */
const isOption = (name: string): boolean => name === '--method' || options.has(name)

const values: Readonly<Record<string, (value: string) => boolean>> = {
  '--method': (value) => methodNames.some((name) => name === value),
  '--layout': (value) => layoutNames.some((name) => name === value),
  '--schedule': (value) => trainingSchedules.some((name) => name === value),
  '--metric': (value) => metrics.some((name) => name === value),
  '--target-shift': (value) => readTargetShift(value).kind === value.split(':')[0],
  '--switch': (value) => {
    const { settings } = definitionOf('ad-clip').defaults
    const [name = '', choice = ''] = value.split('=')
    const { switches } = definitionOf('ad-clip').settings.props
    return switches.is({ ...settings.switches, [name]: choice })
  },
}

const exported = new Set([losses, methods, optimizers].flatMap((module) => Object.keys(module)))

/** Whether a name of the last column is one of this library or of its command. */
const exists = (code: string): boolean => {
  const [name = '', value] = code.split(' ')
  if (!name.startsWith('--')) return exported.has(code)
  return isOption(name) && (value === undefined || values[name]?.(value) === true)
}

describe('the table of names of TLlib and Dassl', () => {
  it('has names of both, and a row for every method of the registry but those that this library has of its own', () => {
    expect(rows.length).toBeGreaterThan(25)
    const named = new Set(rows.flatMap(({ here }) => codeIn(here)))
    const ownMethods: readonly string[] = ['alignment', 'gated-transclip']
    const absent = methodNames.filter((name) => !ownMethods.includes(name) && !named.has(`--method ${name}`))
    expect(absent).toEqual([])
  })

  it.each(rows)('says where $theirs is found here, by names that exist', ({ here }) => {
    const names = codeIn(here)
    expect(names.length > 0 || here.startsWith('not offered')).toBe(true)
    expect(names.filter((name) => !exists(name))).toEqual([])
  })

  it('is checked against names that there are: others are found out', () => {
    const wrong = [
      '--method cdan',
      '--layout imagenet',
      '--bottleneck-dim',
      'gradientReversal',
      '--target-shift half:3',
    ]
    expect(
      wrong.filter((name) => {
        try {
          return exists(name)
        } catch {
          return false
        }
      }),
    ).toEqual([])
  })
})
