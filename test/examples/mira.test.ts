import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as mira from '../../examples/mira.js'
import type { Engine } from '../../src/engines/engine.js'
import type { NamedValues } from '../../src/values/named-values.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { referenceEngine } from '../../src/engines/reference/engine.js'
import type { Effect } from '../../src/effects/index.js'
import { interpret } from '../../src/effects/interpreter.js'
import { nodeRuntime } from '../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../src/effects/runtimes/terminal.js'
import { run, withExecutable } from '../../src/effects/operations.js'
import { readSafetensors } from '../../src/formats/safetensors/file.js'
import { bindWeights } from '../../src/training/weights.js'
import { expectRight } from '../expect-either.js'

const folder = fileURLToPath(new URL('../../../shared/models/mira/', import.meta.url))
const network = expectRight(mira.zeroShot)

const running = async <A>(engine: Engine, effect: Effect.Effect<A>): Promise<A> =>
  expectRight(await interpret(effect)(nodeRuntime(engine, silentTerminal))())

const tensorsOf = async (file: string): Promise<NamedValues> =>
  (await running(referenceEngine, readSafetensors(`${folder}${file}.safetensors`))).tensors

describe('examples/mira.ts', () => {
  it('writes texts as bytes between their ends', () => {
    expect([...mira.tokenize('bag').subarray(0, 7)]).toEqual([2, 98, 97, 103, 3, 0, 0])
    expect(mira.tokenize('x'.repeat(200))).toHaveLength(128)
    expect(mira.tokenize('x'.repeat(200)).at(-1)).toBe(3)
  })

  it('is as large as its file says', () => {
    const count = network.parameters.reduce(
      (sum, { attributes: { shape } }) =>
        sum + shape.reduce<number>((product, size) => product * Number(size), 1),
      0,
    )
    expect(count).toBe(549_057)
  })
})

describe.skipIf(!existsSync(folder))('MIRA, with its own weights', () => {
  it.each([
    { name: 'onnx', engine: onnxEngine(), images: 5 },
    { name: 'reference', engine: referenceEngine, images: 1 },
  ])(
    'gives its reference embeddings to 1e-4 on $name, and is sure of what it sees',
    async ({ engine, images }) => {
      const [weights, expected] = [await tensorsOf('model'), await tensorsOf('reference')]
      const { tokens, pixels } = expected
      if (tokens?.dtype !== 'i32' || pixels?.dtype !== 'f32')
        return expect.fail('the reference lacks its inputs')
      const sizes = { B: images, K: 6 }
      const outputs = await running(
        engine,
        withExecutable(
          network,
          { sizes, weights: expectRight(bindWeights(network, weights, 'model', { sizes })), state: [] },
          (executable) =>
            run(executable, {
              texts: tokens,
              images: {
                ...pixels,
                shape: [images, 3, 80, 80],
                data: pixels.data.slice(0, images * 3 * 80 * 80),
              },
            }),
        ),
      )
      const difference = (name: string, reference: string): number => {
        const wanted = expected[reference]?.data ?? []
        return Math.max(
          ...Array.from(outputs[name]?.data ?? [], (x, i) => Math.abs(x - (wanted[i] ?? Number.NaN))),
        )
      }
      expect(outputs['imageEmbeddings']?.shape).toEqual([images, 128])
      expect(difference('imageEmbeddings', 'image_embeddings')).toBeLessThan(1e-4)
      expect(difference('textEmbeddings', 'text_embeddings')).toBeLessThan(1e-4)
      const classes = ['topwear', 'bottomwear', 'dress', 'shoes', 'sandal', 'bags']
      expect([...tokens.data]).toEqual(classes.flatMap((name) => [...mira.tokenize(name)]))
    },
  )
})
