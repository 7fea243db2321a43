import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as t from 'io-ts'
import { afterAll, describe, expect, it } from 'vitest'
import { expectRight } from '../expect-either.js'
import type { FixtureFiles } from '../support/parity-fixture.js'
import { cut, drawnFixture, editTensors, nudged, unlikeSizes, without } from '../support/parity-fixture.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const fixture = drawnFixture(unlikeSizes)

const written = async (name: string, files: FixtureFiles): Promise<string> => {
  const folder = join(adclip.folder, name)
  await mkdir(folder)
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes)
  return folder
}

const printedReport = t.strict({
  ok: t.boolean,
  rows: t.array(
    t.strict({ name: t.string, maxAbsDiff: t.number, scale: t.number, allowed: t.number, ok: t.boolean }),
  ),
})

/** What `--json` prints: these fields and no others. */
const report = (stdout: string): t.TypeOf<typeof printedReport> => {
  const printed: unknown = JSON.parse(stdout)
  const decoded = expectRight(printedReport.decode(printed))
  expect(decoded).toEqual(printed)
  return decoded
}

describe('adclip parity on a fixture that AD-CLIP agrees with', () => {
  it.each(['onnx', 'reference'])('exits with 0 and says so (%s)', async (engine) => {
    const folder = await written(engine, fixture)
    const { code, stdout, stderr } = await adclip.run('parity', folder, '--engine', engine)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^name +largest difference +allowed +ok$/m)
    expect(stdout).toMatch(/^forward\.source_features +\d\S+ +\d\S+ +ok$/m)
    expect(stdout).toMatch(/\nall \d+ hold\n$/)
  })
})

describe('adclip parity on a fixture that AD-CLIP does not agree with', () => {
  it('exits with 1 and marks the row that differs', async () => {
    const name = 'forward.target_logits'
    const folder = await written('other', editTensors('expected.safetensors', nudged(name, 0.1))(fixture))
    const printed = await adclip.run('parity', folder, '--json')
    const { ok, rows } = report(printed.stdout)
    expect({ code: printed.code, ok, bad: rows.filter((row) => !row.ok).map((row) => row.name) }).toEqual({
      code: 1,
      ok: false,
      bad: [name],
    })
    const table = await adclip.run('parity', folder)
    expect(table.code).toBe(1)
    expect(table.stdout).toMatch(/^forward\.target_logits .* NO$/m)
    expect(table.stdout).toMatch(/\n1 of \d+ do not hold\n$/)
  })
})

describe('adclip parity on a fixture that is broken', () => {
  it.each([
    {
      what: 'truncated',
      files: cut('clip.safetensors', 5000)(fixture),
      message: /clip\.safetensors: not a valid safetensors file/,
    },
    {
      what: 'a tensor missing',
      files: editTensors('batch.safetensors', without('labels'))(fixture),
      message: /batch\.safetensors: tensor 'labels' is missing/,
    },
    {
      what: 'no files',
      files: {},
      message: /fixture\.json: no such file/,
    },
  ])('exits with 2, and says in two lines what is wrong: $what', async ({ what, files, message }) => {
    const { code, stdout, stderr } = await adclip.run('parity', await written(what, files))
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^adclip: .*\n {2}→ .*\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

/** The fixture of the released AD-CLIP, where it is at hand. */
const shared = fileURLToPath(new URL('../../../shared/parity/vit-tiny', import.meta.url))

describe.skipIf(!existsSync(shared))('adclip parity with the released AD-CLIP', () => {
  it('finds all rows equal within their tolerances', async () => {
    const { code, stdout, stderr } = await adclip.run('parity', shared, '--engine', 'onnx', '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { ok, rows } = report(stdout)
    expect(ok).toBe(true)
    expect(rows).toHaveLength(129)
  })
})
