import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../src/effects/interpreter.js'
import { nodeRuntime } from '../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../src/effects/runtimes/terminal.js'
import { readFixture } from '../../src/experiments/parity/fixture.js'
import { parityProgram } from '../../src/experiments/parity/parity-program.js'
import { countingEngine } from '../support/testing-engine.js'
import { expectRight } from '../expect-either.js'
import { initialState, runStep } from '../support/training.js'

const directory = fileURLToPath(new URL('../../../shared/parity/vit-tiny', import.meta.url))

const largest = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((sofar, number) => Math.max(sofar, Math.abs(number)), 0)

describe.skipIf(!existsSync(directory))('AD-CLIP on the oracle, against the released implementation', () => {
  it('gives the same forward values, gradients and losses in the first training step', async () => {
    const fixture = expectRight(
      await interpret(readFixture(directory))(nodeRuntime(countingEngine, silentTerminal))(),
    )
    const step = expectRight(parityProgram(fixture.configuration))
    const { outputs } = runStep(step, {
      ...fixture.clip,
      ...fixture.promptLearner,
      ...fixture.batch,
      ...initialState(step),
    })
    const compared = Object.entries(fixture.expected).filter(([name]) => /^(forward|grad)\./.test(name))
    expect(compared.length).toBeGreaterThan(30)
    for (const [name, { shape, data }] of compared) {
      const actual = outputs[name]
      expect(actual?.shape, name).toEqual(shape)
      const differences = Array.from(data, (value, i) => (actual?.data[i] ?? Number.NaN) - value)
      // Both compute in float64, the fixture stores float32: this is far below what an engine is allowed.
      expect(largest(differences), name).toBeLessThanOrEqual(1e-6 * largest(data) + 1e-9)
    }
    const [expected] = fixture.configuration.losses
    expect(outputs['loss']?.data[0]).toBeCloseTo(expected?.loss ?? Number.NaN, 6)
    expect(outputs['loss_ce']?.data[0]).toBeCloseTo(expected?.loss_ce ?? Number.NaN, 6)
    expect(outputs['loss_kl']?.data[0]).toBeCloseTo(expected?.loss_kl ?? Number.NaN, 6)
    expect(outputs['loss_smn']?.data[0]).toBeCloseTo(expected?.loss_smn ?? Number.NaN, 6)
    expect(outputs['loss_entropy']?.data[0]).toBeCloseTo(expected?.loss_entropy ?? Number.NaN, 6)
  })
})
