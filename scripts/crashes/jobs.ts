/** The commands whose crashes are tried, on a data set and a CLIP that are as small as they can be. */
import { mkdir, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { drawnData } from '../../test/support/drawn-data.js'
import type { LocalHub } from '../../test/formats/hub/local-hub.js'
import { startHub } from '../../test/formats/hub/local-hub.js'
import { run } from './processes.js'

export const commands = ['train', 'pretrain', 'table', 'fetch'] as const
export type CommandName = (typeof commands)[number]

/** The commands that were asked for, or all. */
export const chosenCommands = (names: readonly string[]): readonly CommandName[] => {
  const unknown = names.filter((name) => !commands.some((known) => known === name))
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: the commands are ${commands.join(', ')}`)
  return commands.filter((name) => names.length === 0 || names.includes(name))
}

/** A command line that ends in the same files however often it is killed, if it is started again each time. */
export interface Job {
  readonly name: string
  readonly args: readonly string[]
  /** What it writes, below the folder in which it runs. */
  readonly writes: readonly string[]
}

/** A folder with data and a CLIP, and the jobs that can be run there. */
export interface Workplace {
  readonly folder: string
  readonly jobs: Readonly<Record<CommandName, readonly Job[]>>
  readonly close: () => Promise<void>
}

const small = ['--image-tokens', '2', '--style-hidden', '8', '--mapping-hidden', '8']
const data = ['--data', 'data', '--clip', join('clip', 'clip.safetensors'), '--batch', '4']
const pretraining = [
  ...['pretrain', '--data', 'data', '--domains', 'photo', '--batch', '4'],
  ...['--resolution', '16', '--patch', '8', '--embedding', '16'],
  ...['--vision-width', '64', '--vision-layers', '1', '--text-width', '64', '--text-layers', '1'],
]
const training = ['train', ...data, '--source', 'photo', '--target', 'sketch', '--epochs', '12', ...small]

const jobsAt = (hub: LocalHub): Workplace['jobs'] => ({
  train: [
    {
      name: 'train',
      args: [...training, '--features', 'out/features', '--out', 'out/run', '--resume', 'if-there'],
      writes: [join('out', 'run'), join('out', 'features')],
    },
    {
      name: 'train, preset robust',
      args: [...training, '--preset', 'robust', '--out', 'out/run', '--resume', 'if-there'],
      writes: [join('out', 'run')],
    },
  ],
  pretrain: [
    {
      name: 'pretrain',
      args: [...pretraining, '--epochs', '8', '--out', 'out/run', '--resume', 'if-there'],
      writes: [join('out', 'run')],
    },
  ],
  table: [
    {
      name: 'table',
      args: [
        ...['table', ...data, '--methods', 'zero-shot,coop,ad-clip', '--pairs', 'photo:sketch'],
        ...['--seeds', '1', '--epochs', '6', ...small, '--features', 'out/features', '--out', 'out/run'],
      ],
      writes: [join('out', 'run'), join('out', 'features')],
    },
  ],
  fetch: [
    {
      name: 'fetch',
      args: ['fetch', 'owner/clip', '--hub', hub.url, '--out', 'out/run'],
      writes: [join('out', 'run')],
    },
  ],
})

/** Makes the data set, pretrains the CLIP, and starts a hub that has it and sends it slowly. */
export const prepare = async (): Promise<Workplace> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'crashes-')))
  for (const [path, bytes] of Object.entries(await drawnData(4))) {
    await mkdir(join(folder, 'data', dirname(path)), { recursive: true })
    await writeFile(join(folder, 'data', path), bytes)
  }
  const { code, stderr } = await run(folder, [...pretraining, '--epochs', '2', '--out', 'clip'])
  if (code !== 0) throw new Error(`no CLIP could be pretrained: ${stderr}`)
  const clip = await readFile(join(folder, 'clip', 'clip.safetensors'))
  const hub = await startHub('owner/clip', { 'open_clip_model.safetensors': clip })
  hub.bytesPerSecond = 8e6
  return { folder, jobs: jobsAt(hub), close: hub.close }
}
