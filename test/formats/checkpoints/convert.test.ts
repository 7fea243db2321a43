import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { randomKey } from '../../../src/dsl/index.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { convertClip } from '../../../src/formats/checkpoints/convert.js'
import * as Effect from '../../../src/effects/effect.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { encodeHeader } from '../../../src/formats/safetensors/header.js'
import { initialClip } from '../../../src/model/index.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { countingEngine } from '../../support/testing-engine.js'
import { fileOf, jsonFile, smallClip, smallWeights } from './small-checkpoints.js'

const running = <A>(effect: Effect.Effect<A>, disk: MemoryDisk) =>
  interpret(effect)(memoryWorld({ engine: countingEngine, disk }).runtime)()

describe('converting a CLIP', () => {
  it.each(['F32', 'F16', 'BF16'] as const)(
    "to Hugging Face's names and back gives the same file, byte for byte, in %s",
    async (floatType) => {
      const bytes = fileOf(smallWeights, { floatType, metadata: { format: 'pt' } })
      const disk = memoryDisk({ 'clip.safetensors': bytes })
      const there = expectRight(
        await running(
          convertClip('clip.safetensors', {
            convention: 'hugging-face',
            output: 'theirs',
            activation: 'quick-gelu',
          }),
          disk,
        ),
      )
      expect(there).toEqual({
        from: 'openai',
        to: 'hugging-face',
        path: 'theirs/model.safetensors',
        assumed: ['epsilon', 'heads'],
      })
      expectRight(
        await running(convertClip('theirs', { convention: 'openai', output: 'back/clip.safetensors' }), disk),
      )
      expect(Buffer.compare(disk.files.get('back/clip.safetensors') ?? Buffer.of(), bytes)).toBe(0)
    },
  )

  const manyHeads = (): MemoryDisk =>
    memoryDisk({
      'clip.safetensors': fileOf(smallWeights),
      'open_clip_config.json': new TextEncoder().encode(
        JSON.stringify({
          model_cfg: { quick_gelu: true, text_cfg: { heads: 3 }, vision_cfg: { head_width: 4 } },
        }),
      ),
    })

  it.each(['openai', 'open_clip', 'hugging-face'] as const)(
    'to a folder keeps its heads in the configuration next to the weights: %s',
    async (to) => {
      const { architecture } = expectRight(
        await running(
          pipe(
            convertClip('clip.safetensors', { convention: to, output: 'converted' }),
            Effect.apSecond(readClip('converted')),
          ),
          manyHeads(),
        ),
      )
      expect(architecture).toEqual({ ...smallClip, textHeads: 3, visionHeads: 2 })
    },
  )

  it('to a single file is refused where its heads would be lost', async () => {
    const disk = manyHeads()
    const outcome = await running(
      convertClip('clip.safetensors', { convention: 'openai', output: 'x.safetensors' }),
      disk,
    )
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "output (x.safetensors): a single file cannot say what this CLIP is: heads for texts: 3, heads for images: 2
        → convert it to a folder, where a configuration next to the weights says it"
    `)
    expect(disk.files.has('x.safetensors')).toBe(false)
  })

  const gelu = { model_cfg: { vision_cfg: { head_width: 8 }, text_cfg: { heads: 1 } } }
  const described = (configuration: unknown): MemoryDisk =>
    memoryDisk({ 'clip.safetensors': fileOf(smallWeights), 'open_clip_config.json': jsonFile(configuration) })

  it('to a single file is refused where its activation or its preprocessing would be lost', async () => {
    const squashed = {
      model_cfg: { ...gelu.model_cfg, quick_gelu: true },
      preprocess_cfg: { resize_mode: 'squash' },
    }
    const lost = async (configuration: unknown): Promise<string> =>
      explain(
        expectLeft(
          await running(
            convertClip('clip.safetensors', { convention: 'open_clip', output: 'x.safetensors' }),
            described(configuration),
          ),
        ),
      )
    expect(await lost(gelu)).toContain(
      'a single file cannot say what this CLIP is: activation of texts: gelu, activation of images: gelu\n',
    )
    expect(await lost(squashed)).toContain('what this CLIP is: another preprocessing of images\n')
  })

  it('to a folder asks for the activation that nothing states, and leaves out the preprocessing that nothing states', async () => {
    const disk = memoryDisk({ 'clip.safetensors': fileOf(smallWeights) })
    const options = { convention: 'openai', output: 'converted' } as const
    expect(explain(expectLeft(await running(convertClip('clip.safetensors', options), disk)))).toBe(
      'activation (clip.safetensors): no configuration next to the weights says it, and the one that is written must\n' +
        '  → say which activation the CLIP was trained with',
    )
    expect([...disk.files.keys()]).toEqual(['clip.safetensors'])
    expectRight(await running(convertClip('clip.safetensors', { ...options, activation: 'gelu' }), disk))
    const written: unknown = JSON.parse(
      new TextDecoder().decode(disk.files.get('converted/open_clip_config.json')),
    )
    expect(written).toMatchObject({ model_cfg: { quick_gelu: false } })
    expect(written).not.toHaveProperty('preprocess_cfg')
  })

  it("to open_clip's configuration is refused where the towers have different activations", async () => {
    const tower = (activation: string) => ({ hidden_act: activation, num_attention_heads: 1 })
    const disk = memoryDisk({
      'clip.safetensors': fileOf(smallWeights),
      'config.json': jsonFile({ text_config: tower('gelu'), vision_config: tower('quick_gelu') }),
    })
    const outcome = await running(
      convertClip('clip.safetensors', { convention: 'openai', output: 'x' }),
      disk,
    )
    expect(explain(expectLeft(outcome))).toContain(
      'output (x): its towers have different activations, which open_clip_config.json cannot say',
    )
    expectRight(
      await running(convertClip('clip.safetensors', { convention: 'hugging-face', output: 'y' }), disk),
    )
    expect(expectRight(await running(readClip('y'), disk)).architecture).toMatchObject({
      textBlocks: { activation: 'gelu' },
      visionBlocks: { activation: 'quick-gelu' },
    })
  })

  it('is refused where numbers would be rounded', async () => {
    const entries = Object.entries(smallWeights).map(([name, { shape }]) => ({
      name,
      shape,
      type: 'F64' as const,
    }))
    const numbers = Object.values(smallWeights).map(({ data }) => Buffer.from(Float64Array.from(data).buffer))
    const doubles = Uint8Array.from(Buffer.concat([encodeHeader(entries, {}), ...numbers]))
    const said = explain(
      expectLeft(
        await running(convertClip('a', { convention: 'openai', output: 'b' }), memoryDisk({ a: doubles })),
      ),
    )
    expect(said).toBe(
      'a: it is a file of float64 numbers, which would be rounded\n  → save it as float32 where it was made',
    )
  })

  it("of a ResNet to Hugging Face's names is refused", async () => {
    const resNet = initialClip(
      { ...smallClip, kind: 'resnet', imageResolution: 32, visionLayers: [1, 1, 1, 1], visionWidth: 2 },
      randomKey.keyFromSeed(1),
    )
    const disk = memoryDisk({ clip: fileOf(resNet) })
    expect(
      explain(
        expectLeft(
          await running(convertClip('clip', { convention: 'hugging-face', output: 'theirs' }), disk),
        ),
      ),
    ).toContain("tensor 'visual.bn1.weight' has no name among Hugging Face's")
    expectRight(
      await running(
        convertClip('clip', { convention: 'open_clip', output: 'theirs', activation: 'gelu' }),
        disk,
      ),
    )
    expect(expectRight(await running(readClip('theirs'), disk)).weights).toEqual(resNet)
  })
})
