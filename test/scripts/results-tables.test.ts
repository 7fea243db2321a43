import { describe, expect, it } from 'vitest'
import { dataFolders, drawnFiles, gateFiles } from '../../scripts/results/data.js'
import { tables } from '../../scripts/results/tables.js'
import { methodNames } from '../../src/methods/index.js'

const stages = Object.entries(tables('pacs')).flatMap(([table, all]) =>
  all.map((stage) => ({ ...stage, table })),
)

/** The value of an option of a stage. */
const valueOf = (options: readonly string[], name: string): string | undefined =>
  options[options.indexOf(`--${name}`) + 1]

describe('the tables of docs/results.md', () => {
  it('have stages of different names, whose results are in different places', () => {
    for (const all of Object.values(tables('pacs'))) {
      expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    }
    const places = stages
      .filter(({ command }) => command !== 'pretrain')
      .map(({ options }) => valueOf(options, 'out'))
    expect(new Set(places).size).toBe(places.length)
  })

  it('read data that the script makes, PACS itself, or what an earlier stage of theirs leaves', () => {
    const made: readonly string[] = [
      ...Object.values(dataFolders),
      drawnFiles.images,
      gateFiles.images,
      'pacs',
    ]
    for (const all of Object.values(tables('pacs'))) {
      for (const [i, { command, options }] of all.entries()) {
        if (command === 'demo') continue
        const earlier = all.slice(0, i).map((stage) => valueOf(stage.options, 'out') ?? '')
        const data = valueOf(options, 'data') ?? ''
        expect(made.includes(data) || earlier.some((out) => data.startsWith(`${out}/`)), data).toBe(true)
        if (command === 'pretrain') continue
        const clip = valueOf(options, 'clip') ?? ''
        expect(
          clip === drawnFiles.clip ||
            clip === gateFiles.clip ||
            earlier.some((out) => clip === `${out}/clip.safetensors`),
          clip,
        ).toBe(true)
      }
    }
  })

  it('of all methods have every method, and DAMP, whose steps take longest, last', () => {
    const studies = ['methods', 'methods-demo'].flatMap((table) =>
      (tables('pacs')[table] ?? []).filter(({ command }) => command === 'table'),
    )
    expect(studies).toHaveLength(2)
    for (const { options } of studies) {
      const methods = (valueOf(options, 'methods') ?? '').split(',')
      expect(methods.toSorted()).toEqual(methodNames.toSorted())
      expect(methods.at(-1)).toBe('damp')
    }
  })

  it('of PACS at published lengths have each domain once as a source and once as a target', () => {
    const studies = tables('pacs')['pacs']?.filter(({ command }) => command === 'table')
    const [pairs, others] = studies?.map(({ options }) => (valueOf(options, 'pairs') ?? '').split(',')) ?? []
    expect(others).toEqual(pairs)
    const [sources, targets] = [0, 1].map((side) => pairs?.map((pair) => pair.split(':')[side]).toSorted())
    expect(sources).toEqual(['art_painting', 'cartoon', 'photo', 'sketch'])
    expect(targets).toEqual(sources)
  })
})
