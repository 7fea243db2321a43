import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { tfjsEngine } from '../../src/engines/tfjs/engine.js'
import { interpret } from '../../src/effects/interpreter.js'
import { nodeRuntime } from '../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../src/effects/runtimes/terminal.js'
import { runParity } from '../../src/experiments/parity/run-parity.js'
import { expectRight } from '../expect-either.js'

const directory = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/parity/${name}`, import.meta.url))

describe.each([
  ['vit-tiny', 129, 2],
  ['vit-tiny', 129, 1],
  ['resnet-tiny', 159, 2],
])('five steps of AD-CLIP on ONNX Runtime, %s (%i rows, threads: %i)', (name, count, threads) => {
  const runtime = nodeRuntime(onnxEngine({ threads }), silentTerminal)
  it.skipIf(!existsSync(directory(name)))(
    'agree with the released implementation in float32, and are near zero where the exact gradient is',
    async () => {
      const { rows } = expectRight(await interpret(runParity(directory(name)))(runtime)())
      expect(rows).toHaveLength(count)
      expect(rows.filter(({ ok }) => !ok)).toEqual([])
      const vanishing = rows.find((row) => row.name === 'grad.image_tokens.lin.bias')
      expect(vanishing?.maxAbsDiff).toBeLessThan(1e-6)
    },
  )
})

describe.each(['vit-tiny', 'resnet-tiny'])('five steps of AD-CLIP on TensorFlow.js, %s', (name) => {
  const onWasm = nodeRuntime(tfjsEngine('wasm'), silentTerminal)

  it.skipIf(!existsSync(directory(name)))(
    'agree with the released implementation in float32',
    async () => {
      const { rows } = expectRight(await interpret(runParity(directory(name)))(onWasm)())
      expect(rows.length).toBeGreaterThan(100)
      expect(rows.filter(({ ok }) => !ok)).toEqual([])
    },
    300_000,
  )
})
