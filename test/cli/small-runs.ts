/** Runs of `pretrain` and `train` on a few images, for tests of them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Metrics } from '../../src/training/metrics.js'
import { metricsCodec } from '../../src/training/metrics.js'
import { expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import type { Adclip, Outcome, Running } from './command.js'

/** 12 images to a domain, batches of 4: three steps an epoch. */
export const stepsPerEpoch = 3

type Start = (out: string, epochs: number, ...more: readonly string[]) => Running

export interface SmallRuns {
  /** A path in the folder in which the commands run. */
  readonly inFolder: (...path: readonly string[]) => string
  readonly readJson: (...path: readonly string[]) => Promise<unknown>
  readonly metricsOf: (run: string) => Promise<readonly Metrics[]>
  /** Writes the data set, and pretrains a CLIP in the folder `clip`. */
  readonly prepare: () => Promise<Outcome>
  readonly pretrain: Start
  /** Trains by AD-CLIP. */
  readonly train: Start
  readonly trainBy: (method: string, ...given: Parameters<Start>) => Running
}

const smallAdClip = ['--image-tokens', '2', '--style-hidden', '8', '--mapping-hidden', '8']

export const smallRuns = (adclip: Adclip): SmallRuns => {
  const inFolder: SmallRuns['inFolder'] = (...path) => join(adclip.folder, ...path)
  const pretrain: Start = (out, epochs, ...more) =>
    adclip.start(
      ...['pretrain', '--data', 'data', '--domains', 'photo', '--out', out, '--epochs', String(epochs)],
      ...['--batch', '4', '--resolution', '16', '--patch', '8', '--embedding', '16'],
      ...['--vision-width', '64', '--vision-layers', '1', '--text-width', '64', '--text-layers', '1'],
      ...more,
    )
  const trainBy: SmallRuns['trainBy'] = (method, out, epochs, ...more) =>
    adclip.start(
      ...['train', '--data', 'data', '--source', 'photo', '--target', 'sketch', '--out', out],
      ...['--clip', join('clip', 'clip.safetensors'), '--epochs', String(epochs), '--batch', '4'],
      ...['--method', method, ...more],
    )
  return {
    inFolder,
    readJson: async (...path) => JSON.parse(await readFile(inFolder(...path), 'utf8')),
    metricsOf: async (run) => {
      const text = await readFile(inFolder(run, 'metrics.jsonl'), 'utf8')
      return text
        .trimEnd()
        .split('\n')
        .map((line) => expectRight(metricsCodec.decode(JSON.parse(line))))
    },
    prepare: async () => {
      for (const [path, bytes] of Object.entries(await drawnData(4))) {
        await mkdir(inFolder('data', dirname(path)), { recursive: true })
        await writeFile(inFolder('data', path), bytes)
      }
      return pretrain('clip', 8, '--log', 'influx').outcome
    },
    pretrain,
    train: (out, epochs, ...more) => trainBy('ad-clip', out, epochs, ...smallAdClip, ...more),
    trainBy,
  }
}
