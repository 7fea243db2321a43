import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawnData } from '../support/drawn-data.js'
import { makeReadOnly, unmountDisk } from '../support/small-disk.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

beforeAll(async () => {
  for (const [path, bytes] of Object.entries(await drawnData(1))) {
    await mkdir(join(adclip.folder, 'data', dirname(path)), { recursive: true })
    await writeFile(join(adclip.folder, 'data', path), bytes)
  }
  await writeFile(join(adclip.folder, 'file'), 'text')
})

const words = (text: string): readonly string[] => text.split(' ')
const training = 'train --data data --source photo --target sketch --clip clip.safetensors --out run'
const pretraining = 'pretrain --data data --domains photo --out clip'

describe('a mistake on the command line', () => {
  it.each<{ readonly command: string; readonly said: string }>([
    { command: 'trian', said: "error: unknown command 'trian'\n(Did you mean train?)" },
    { command: 'train', said: "error: required option '--data <root>' not specified" },
    { command: `${training} --epoch 3`, said: "error: unknown option '--epoch'\n(Did you mean --epochs?)" },
    {
      command: `${training} --epochs many`,
      said: "'--epochs <n>' argument 'many' is invalid. not a number.",
    },
    { command: `${training} --preset best`, said: 'Allowed choices are reference, paper, robust.' },
  ])('is reported in one line that points to --help: $command', async ({ command, said }) => {
    const { code, stdout, stderr } = await adclip.run(...words(command))
    expect(stderr).toContain(said)
    expect(stderr).toMatch(/\(add --help for the options\)\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('a command that fails', () => {
  it.each<{ readonly command: string; readonly said: string }>([
    { command: training, said: 'clip.safetensors: no such file' },
    { command: `${training} --clip file`, said: 'file: not a valid safetensors file' },
    { command: `${pretraining} --domains photo,photo`, said: "domain 'photo' is asked for twice" },
    { command: `${pretraining} --out file`, said: '--out (file): it is a file' },
    { command: `${pretraining} --data file`, said: 'file: it is a file, and a folder is needed' },
    { command: 'parity file', said: 'file: it is a file, and a folder is needed' },
    { command: 'parity nowhere', said: 'nowhere: no such folder' },
    { command: 'fetch owner/clip --hub http://127.0.0.1:9 --out file', said: '--out (file): it is a file' },
    { command: 'table --data data --clip clip.safetensors --out file', said: '--out (file): it is a file' },
    {
      command: `${pretraining} --resolution 96 --patch 7`,
      said: '--resolution: 96 is not divisible into patches of 7',
    },
    { command: 'tokenize --file nowhere', said: 'nowhere: no such file' },
  ])('says why and what to do in two lines: $command', async ({ command, said }) => {
    const { code, stdout, stderr } = await adclip.run(...words(command))
    expect(stderr).toContain(said)
    expect(stderr).toMatch(/^adclip: .*\n {2}→ .*\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('a command whose --out is a file', () => {
  it.each(['demo', 'demo-clip'])('draws nothing: %s', async (command) => {
    const { code, stderr } = await adclip.run(command, '--out', 'file')
    expect(stderr).toMatch(/^adclip: --out \(file\): it is a file\n {2}→ .*\n$/)
    expect(code).toBe(2)
  })
})

describe('a command that may not write where it is asked to', () => {
  const readOnly = join(adclip.folder, 'read-only')
  afterAll(() => unmountDisk(readOnly))

  it('says which folder it cannot make, and why', async ({ skip }) => {
    await mkdir(readOnly)
    if (!makeReadOnly(readOnly)) skip('this user may write everywhere')
    for (const command of [
      `${pretraining} --batch 3 --out read-only/deep/run`,
      'demo --out read-only/deep',
    ]) {
      const { code, stderr } = await adclip.run(...words(command))
      expect(stderr, command).toMatch(
        /^adclip: read-only\/deep(\/run)?: cannot create: (the disk is read-only|this user has no permission)\n {2}→ check permissions/m,
      )
      expect(code).toBe(2)
    }
  })
})

describe.skipIf(process.platform === 'win32')('standard output', () => {
  it('that is closed early ends the command silently', async () => {
    const { stdout, stderr } = await adclip.runInShell('tokenize dog | true; echo ${PIPESTATUS[0]}')
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
  })

  it.skipIf(!existsSync('/dev/full'))('that cannot be written is reported', async () => {
    const { code, stderr } = await adclip.runInShell('tokenize dog > /dev/full')
    expect(stderr).toMatch(/^adclip: standard output: cannot write: .*ENOSPC.*\n {2}→ .*\n$/)
    expect(code).toBe(2)
  })
})

describe('help', () => {
  it('lists the commands, and the options of each', async () => {
    const { code, stdout } = await adclip.run('--help')
    expect(code).toBe(0)
    for (const command of ['train', 'evaluate', 'pretrain', 'parity', 'tokenize'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    expect((await adclip.run('train', '--help')).stdout).toContain('--target <domain>')
  })
})
