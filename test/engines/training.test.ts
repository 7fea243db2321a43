/** A whole AD-CLIP run, from images to the learned prompts, on every engine that is not slow. */
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { tfjsEngine } from '../../src/engines/tfjs/engine.js'
import type { Engine } from '../../src/engines/engine.js'
import { expectRight } from '../expect-either.js'
import { drawnData } from '../support/drawn-data.js'
import { attempt } from '../support/mishaps.js'
import { diskWith, smallAdClip } from '../support/small-ad-clip.js'

const images = await drawnData(3)

/** The metrics of each step. */
const trained = async (engine: Engine): Promise<readonly Readonly<Record<string, number>>[]> => {
  const disk = diskWith(images)
  expectRight((await attempt(smallAdClip(false), { engine, disk })).outcome)
  const lines = Buffer.from(disk.files.get('run/metrics.jsonl') ?? []).toString()
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

it('training on tfjs and on onnx agree: the losses of the first step differ by at most 1e-4, and tfjs holds no tensor afterwards', async () => {
  const onnx = await trained(onnxEngine({ threads: 1 }))
  const before = tf.engine().state.numTensors
  const tfjs = await trained(tfjsEngine('wasm'))
  expect(tf.engine().state.numTensors).toBe(before)
  expect(tfjs).toHaveLength(onnx.length)
  const [first = {}] = onnx
  expect(Object.keys(first).length).toBeGreaterThan(3)
  for (const [name, value] of Object.entries(first)) {
    expect(Math.abs((tfjs[0]?.[name] ?? Number.NaN) - value), name).toBeLessThanOrEqual(1e-4)
  }
}, 300_000)
