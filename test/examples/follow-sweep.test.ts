import { describe, expect, it } from 'vitest'
import { followSweep } from '../../examples/follow-sweep.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import { expectRight } from '../expect-either.js'
import { configurationOf, evaluationOf, writtenRun } from '../support/written-runs.js'

const steps = (accuracy: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ step: i + 1, loss: 1, accuracy, epoch: 1 }))

const run = (seed: number, metrics: ReturnType<typeof steps>, adapted?: number) =>
  writtenRun(`runs/coop/art-to-sketch/seed-${seed}`, {
    configuration: configurationOf('coop', { seed }),
    metrics,
    ...(adapted === undefined ? {} : { evaluation: evaluationOf(0.5, adapted) }),
  })

describe('examples/follow-sweep.ts', () => {
  it('prints what is best so far, of finished runs and of those that go on, until all are over', async () => {
    const disk = memoryDisk({ ...run(1, steps(0.5, 30), 0.6), ...run(2, steps(0.75, 5)) })
    const world = memoryWorld({ engine: referenceEngine, disk })
    const pauses: number[] = []
    const runtime = {
      ...world.runtime,
      pause: async (milliseconds: number) => {
        pauses.push(milliseconds)
        const later = memoryDisk(run(2, steps(0.75, 30), 0.7))
        for (const [path, bytes] of later.files) disk.files.set(path, bytes)
      },
    }
    expectRight(await interpret(followSweep('runs', { runs: 2, every: 10 }))(runtime)())
    expect(pauses).toEqual([10])
    expect(world.printed).toEqual([
      '1 of 2 runs are over',
      'best on its target: 60.0 %, CoOp, runs/coop/art-to-sketch/seed-1 (finished)',
      'best on labelled images: 75.0 %, CoOp, runs/coop/art-to-sketch/seed-2 (stopped at step 5)',
      '2 of 2 runs are over',
      'best on its target: 70.0 %, CoOp, runs/coop/art-to-sketch/seed-2 (finished)',
      'best on labelled images: 75.0 %, CoOp, runs/coop/art-to-sketch/seed-2 (finished)',
    ])
  })
})
