/** Every command on a data set whose folders, classes, domains and files have hostile names, as a user runs it. */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawnData } from '../support/drawn-data.js'
import { hostileNames } from '../support/hostile-names.js'
import type { Outcome } from './command.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const actedOn = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Those that can be the name of a file. */
const names = hostileNames.filter((name) => name !== '..' && !name.includes('/'))
const data = 'my $& \u001B[31mdata'
const [source, target] = ['<img src=x onerror=alert(1)>', '__proto__'] as const

const inFolder = (...path: readonly string[]): string => join(adclip.folder, ...path)

/** Nothing that a command prints acts on a terminal; the bar of progress is not shown where there is none. */
const expectInert = ({ stdout, stderr }: Outcome): void => {
  expect(stdout).not.toMatch(actedOn)
  expect(stderr).not.toMatch(actedOn)
}

const ran = async (...args: readonly string[]): Promise<Outcome> => {
  const outcome = await adclip.run(...args)
  expect({ args, ...outcome }).toEqual({ ...outcome, args, code: 0 })
  expectInert(outcome)
  return outcome
}

/** The records of comma-separated values by RFC 4180, read without the writer. */
const recordsOf = (csv: string): readonly (readonly string[])[] =>
  [...csv.matchAll(/(?:(?:"(?:[^"]|"")*"|[^",\n]*)(?:,|\n))+?(?<=\n)/g)].map(([line]) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^",\n]*)(?:,|\n)/g)].map(([, field = '']) =>
      field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
    ),
  )

beforeAll(async () => {
  const [image] = Object.values(await drawnData(1))
  if (image === undefined) throw new Error('no image was drawn')
  for (const domain of [source, target])
    for (const [i, name] of names.entries()) {
      await mkdir(inFolder(data, domain, name), { recursive: true })
      await writeFile(inFolder(data, domain, name, `${names[names.length - 1 - i]}.png`), image)
    }
  const small = [
    '--batch',
    '8',
    '--resolution',
    '16',
    '--patch',
    '8',
    '--embedding',
    '16',
    '--epochs',
    '1',
    '--warm-up',
    '0',
  ]
  await ran(
    ...['pretrain', '--data', data, '--domains', source, '--out', 'clip', ...small],
    ...['--vision-width', '64', '--vision-layers', '1', '--text-width', '64', '--text-layers', '1'],
  )
  await ran(
    ...['train', '--data', data, '--source', source, '--target', target, '--out', 'run', '--epochs', '1'],
    ...['--clip', join('clip', 'clip.safetensors'), '--batch', '8', '--warm-up', '0'],
    ...['--method', 'coop', '--context-tokens', '2'],
  )
}, 240_000)

describe('a data set of hostile names', { timeout: 240_000 }, () => {
  it('is evaluated: each image is one record of the predictions, and its class is there as it is', async () => {
    await ran('evaluate', '--run', 'run', '--predictions', 'images.csv')
    const csv = await readFile(inFolder('images.csv'), 'utf8')
    expect(csv).not.toMatch(actedOn)
    const records = recordsOf(csv)
    expect(records).toHaveLength(names.length + 1)
    expect(new Set(records.map((record) => record.length))).toEqual(new Set([records[0]?.length]))
    for (const field of records.flat()) expect(field).not.toMatch(/^[=+@]|^-(?!\d+$)/)
  })

  it('is reported: the page has no tag and no script of theirs', async () => {
    await ran('report', '--run', 'run')
    const page = await readFile(inFolder('run', 'report.html'), 'utf8')
    expect(page).not.toMatch(actedOn)
    expect(page).not.toContain('<img src=x')
    expect(page).not.toContain('<script>alert')
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })

  it('is predicted: a record and a line of JSON for each image', async () => {
    const csv = await ran('predict', '--run', 'run', join(data, target))
    expect(recordsOf(csv.stdout)).toHaveLength(names.length + 1)
    const lines = await ran('predict', '--run', 'run', '--format', 'jsonl', join(data, target))
    const parsed = lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(parsed).toHaveLength(names.length)
    expect(new Set(parsed.map(({ path }) => path))).toEqual(
      new Set(names.map((name, i) => join(data, target, name, `${names[names.length - 1 - i]}.png`))),
    )
  })

  it.each(['text', 'markdown', 'csv', 'json'])(
    'makes a table as %s without further lines',
    async (format) => {
      const table = await ran(
        ...['table', '--data', data, '--clip', join('clip', 'clip.safetensors'), '--methods', 'zero-shot'],
        ...['--out', 'study', '--pairs', 'all', '--format', format],
      )
      expect(table.stdout.length).toBeGreaterThan(0)
      if (format === 'markdown') expect(table.stdout).not.toMatch(/(?<!\\)</)
      if (format === 'csv')
        expect(new Set(recordsOf(table.stdout).map((record) => record.length)).size).toBe(1)
      if (format === 'json')
        expect(table.stdout).toBe(`${JSON.stringify(JSON.parse(table.stdout), null, 2)}\n`)
    },
  )

  it('is planned as lines of JSON that are read again', async () => {
    const plan = await ran(
      ...['table', '--data', data, '--clip', join('clip', 'clip.safetensors'), '--methods', 'zero-shot,coop'],
      ...['--batch', '4'],
      ...['--out', 'planned', '--pairs', 'all', '--epochs', '1', '--warm-up', '0', '--plan'],
    )
    const targets = plan.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).target)
    expect(new Set(targets)).toEqual(new Set([source, target]))
  })

  it('is exported: the classes next to the model are the folders', async () => {
    await ran('export', '--run', 'run', '--out', 'classifier.onnx')
    const description = JSON.parse(await readFile(inFolder('classifier.json'), 'utf8'))
    expect(description.classes).toHaveLength(names.length)
  })

  it('is inspected, and refused where a name is not there, in words that are inert', async () => {
    await ran('inspect', join('run', 'prompt_learner.safetensors'))
    for (const name of names.slice(0, 6)) {
      const refused = await adclip.run(
        'train',
        '--data',
        name,
        '--source',
        name,
        '--target',
        name,
        '--out',
        'x',
      )
      expect(refused.code).toBe(2)
      expectInert(refused)
    }
    expect(await readdir(adclip.folder)).not.toContain('x')
  })
})
