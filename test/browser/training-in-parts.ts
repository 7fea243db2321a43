/** A training run that goes on in another place: the same procedure in Node and in a tab, and its files as text. */
import * as t from 'io-ts'
import { dim, input, randomKey, tanh } from '../../src/dsl/index.js'
import * as Effect from '../../src/effects/effect.js'
import type { FileSystem } from '../../src/effects/runtime.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { crossEntropy } from '../../src/losses/index.js'
import { initialise, linearLayer, normal } from '../../src/model/index.js'
import { adam, trainStep } from '../../src/optimizers/index.js'
import type { Fitted } from '../../src/training/index.js'
import { fitRecorded } from '../../src/training/index.js'
import { labelTensor } from '../../src/values/rows.js'
import { expectRight } from '../expect-either.js'

const x = input('x', ['B', 4])
const hidden = tanh(linearLayer('hidden', dim(4), dim(16))(x))
const loss = crossEntropy(linearLayer('output', dim(16), dim(3))(hidden), input('labels', ['B'], 'i32'))
const step = expectRight(trainStep({ loss }, adam({ learningRate: 0.01 })))
const key = randomKey.keyFromSeed(3)

/** Trains up to a step, from the checkpoint in the folder `run` if there is one. */
export const trainedTo = (steps: number, resumed: boolean): Effect.Effect<Fitted> =>
  fitRecorded({
    label: 'training',
    directory: 'run',
    step,
    sizes: { B: 12 },
    weights: expectRight(initialise(loss, key, { default: normal(0.3) })),
    weightsFrom: 'first weights',
    steps,
    batch: (index) => {
      const data = randomKey.normal(randomKey.foldIn(key, index), 48)
      const labels = Array.from({ length: 12 }, (_, i) => ((data[4 * i] ?? 0) > 0 ? 1 : i % 3))
      return Effect.of({ x: { dtype: 'f32', shape: [12, 4], data }, labels: labelTensor(labels) })
    },
    saveEvery: 2,
    start: resumed ? 'resume' : 'new',
  })

export const texts = t.record(t.string, t.string)

export const encoded = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

export const decodedText = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

/** All bits of the state, by name, and the metrics. */
export const bitsOf = ({ state, metrics }: Fitted) => ({
  state: Object.fromEntries(
    Object.entries(state).map(([name, { data }]) => [
      name,
      encoded(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ]),
  ),
  metrics: JSON.stringify(metrics),
})

/** The files of a run, as text. */
export const filesOf = async (files: FileSystem): Promise<Readonly<Record<string, string>>> => {
  const entries = expectRight(await files.listFolder('run')())
  const paths = entries.flatMap(({ name, kind }) => (kind === 'file' ? [`run/${name}`] : []))
  const read = paths.map(async (path) => [path, encoded(expectRight(await files.readFile(path)()))] as const)
  return Object.fromEntries(await Promise.all(read))
}

/** A disk in memory with files that were written down as text. */
export const diskOf = (files: Readonly<Record<string, string>>): MemoryDisk =>
  memoryDisk(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, decodedText(text)])))

/** Writes files of a run that were written down as text. */
export const writeFiles = async (to: FileSystem, files: Readonly<Record<string, string>>): Promise<void> => {
  expectRight(await to.makeFolder('run')())
  for (const [path, text] of Object.entries(files))
    expectRight(await to.writeFile(path, [decodedText(text)])())
}
