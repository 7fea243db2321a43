import { describe, expect, it } from 'vitest'
import { input, mul, parameter, square, sum } from '../../src/dsl/index.js'
import * as Effect from '../../src/effects/effect.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import { constantSchedule, sgd, trainStep } from '../../src/optimizers/index.js'
import { fit } from '../../src/training/fit.js'
import type { RunStart } from '../../src/training/run-start.js'
import { stepFigures } from '../../src/training/step-figures.js'
import type { TrackerName } from '../../src/training/trackers/catalogue.js'
import { trackers } from '../../src/training/trackers/catalogue.js'
import { lineOf } from '../../src/training/trackers/line-protocol.js'
import { crc32c } from '../../src/training/trackers/masked-crc32c.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { f32 } from '../support/evaluation.js'
import type { ReadEvent } from '../support/event-records.js'
import { eventsIn } from '../support/event-records.js'
import { hostileNames } from '../support/hostile-names.js'
import type { Mishap } from '../support/mishaps.js'
import { attempt } from '../support/mishaps.js'

const loss = sum(square(mul(input('x', [2]), parameter('w', [2]))))
const step = expectRight(trainStep({ loss }, sgd({ learningRate: 0.1 })))
const steps = 3

/** A run of three steps with a checkpoint after every second one. */
const training = (start: RunStart, names: readonly TrackerName[] = ['tensorboard', 'influx']) =>
  fit({
    label: 'training',
    directory: 'run',
    step,
    sizes: {},
    weights: { w: f32([2], [1, 2]) },
    weightsFrom: 'the test',
    steps,
    batch: () => Effect.of({ x: f32([2], [1, 1]) }),
    saveEvery: 2,
    start,
    onStep: stepFigures(constantSchedule(0.1), 2),
    trackers: names.map((name) => trackers[name]),
  })

const engine = referenceEngine
const on = (disk: MemoryDisk, start: RunStart, mishap?: Mishap, names?: readonly TrackerName[]) =>
  attempt(training(start, names), { engine, disk, ...(mishap === undefined ? {} : { mishap }) })

const textOf = (disk: MemoryDisk, path: string): string => new TextDecoder().decode(disk.files.get(path))

/** The one event file of a run. */
const eventFileOf = (disk: MemoryDisk): readonly [path: string, bytes: Uint8Array] => {
  const files = [...disk.files].filter(([path]) => path.startsWith('run/tensorboard/'))
  const [file, ...more] = files.filter(([path]) => !path.endsWith('.partial'))
  expect(more).toEqual([])
  return file ?? ['', new Uint8Array()]
}

const stepEvents = (disk: MemoryDisk): readonly ReadEvent[] =>
  eventsIn(eventFileOf(disk)[1]).filter(({ scalars }) => Object.keys(scalars).length > 0)

const lossesIn = (disk: MemoryDisk): readonly (readonly [step: number, loss: number])[] =>
  stepEvents(disk).map((event) => [event.step, event.scalars['loss'] ?? Number.NaN])

const linesIn = (disk: MemoryDisk): readonly string[] =>
  textOf(disk, 'run/metrics.lp').split('\n').slice(0, -1)

/** Lines without their times, which differ from run to run. */
const untimed = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/ \d+$/, ''))

const whole = memoryDisk()
const { instructions } = await on(whole, 'new')

describe('the check sum of records', () => {
  it('is that of RFC 3720, appendix B.4', () => {
    const hex = (bytes: Uint8Array): string => crc32c(bytes).toString(16)
    expect(hex(new Uint8Array(32))).toBe('8a9136aa')
    expect(hex(new Uint8Array(32).fill(0xff))).toBe('62a8ab43')
    expect(hex(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe('46dd794e')
    expect(hex(new TextEncoder().encode('123456789'))).toBe('e3069283')
  })
})

describe('the event file of a run', () => {
  it('holds its version, then the scalars of each step at its time, as another decoder reads them', () => {
    const [path, bytes] = eventFileOf(whole)
    expect(path).toMatch(/^run\/tensorboard\/events\.out\.tfevents\.\d+$/)
    expect(eventsIn(bytes)[0]?.version).toBe('brain.Event:2')
    const metrics = textOf(whole, 'run/metrics.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(stepEvents(whole)).toEqual(
      metrics.map(({ step: number, time, ...scalars }) => ({
        step: number,
        wallTime: time,
        version: '',
        scalars: Object.fromEntries(
          Object.entries(scalars).map(([name, value]) => [name, Math.fround(Number(value))]),
        ),
      })),
    )
    expect(Object.keys(stepEvents(whole)[0]?.scalars ?? {})).toEqual(['loss', 'epoch', 'learningRate'])
  })

  it('is continued where the run was stopped between two steps: a program that reads it goes on', async () => {
    const disk = memoryDisk()
    const stopped = await on(disk, 'new', { tag: 'Stop', at: instructions.indexOf('appendLine') })
    expect(expectLeft(stopped.outcome).tag).toBe('Interrupted')
    const [path, before] = eventFileOf(disk)
    const resumed = await on(disk, 'resume')
    expectRight(resumed.outcome)
    const [same, after] = eventFileOf(disk)
    expect(same).toBe(path)
    expect(after.slice(0, before.length)).toEqual(before)
    expect(lossesIn(disk)).toEqual(lossesIn(whole))
  })

  it('is made of the metrics of a finished run that is resumed with it for the first time', async () => {
    const disk = memoryDisk()
    await on(disk, 'new', undefined, [])
    expect([...disk.files.keys()].toSorted()).toEqual(['run/checkpoint.safetensors', 'run/metrics.jsonl'])
    await on(disk, 'resume')
    expect(lossesIn(disk)).toEqual(lossesIn(whole))
    expect(untimed(linesIn(disk))).toEqual(untimed(linesIn(whole)))
  })

  it('goes with the run that is overwritten, also by one that writes none', async () => {
    const disk = memoryDisk()
    await on(disk, 'new')
    await on(disk, 'overwrite', undefined, [])
    expect([...disk.files.keys()].toSorted()).toEqual(['run/checkpoint.safetensors', 'run/metrics.jsonl'])
  })
})

describe.each(['Crash', 'Tear'] as const)('a run that a %s ends at any instruction', (tag) => {
  it('has each step once in its event file and in its lines after it is resumed', async () => {
    for (const at of instructions.keys()) {
      const disk = memoryDisk()
      await on(disk, 'new', { tag, at })
      expectRight((await on(disk, 'resumeOrNew')).outcome)
      expect(lossesIn(disk), `${tag} at ${at}`).toEqual(lossesIn(whole))
      expect(untimed(linesIn(disk)), `${tag} at ${at}`).toEqual(untimed(linesIn(whole)))
    }
  })
})

describe('a line of the line protocol', () => {
  it('has the run as a tag, the figures of a step as fields, and its time in nanoseconds, which ends in the step', () => {
    expect(lineOf('runs/pacs', { step: 3, loss: 0.5, 'adapt/loss': 1e-7, time: 1764512345.678 })).toBe(
      'tensile,run=runs/pacs step=3i,loss=0.5,adapt/loss=1e-7 1764512345678000003',
    )
    expect(lineOf('runs/pacs', { step: 3, loss: 0.5 })).toBe('tensile,run=runs/pacs step=3i,loss=0.5')
    expect(lineOf('a b,c=d\\', { step: 1 })).toBe('tensile,run=a\\ b\\,c\\=d\\\\ step=1i')
  })

  it.each(hostileNames)('is one line of three parts, whatever the run is called: %j', (name) => {
    const line = lineOf(name, { step: 1, loss: 2, time: 1 })
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(line.replaceAll(/\\./g, '').split(' ')).toHaveLength(3)
  })
})
