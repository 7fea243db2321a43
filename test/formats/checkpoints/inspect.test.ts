import { describe, expect, it } from 'vitest'
import { elementCount } from '../../../src/values/value.js'
import type { CheckpointReport } from '../../../src/formats/checkpoints/inspect.js'
import { inspectCheckpoint } from '../../../src/formats/checkpoints/inspect.js'
import { openAiPreprocessing } from '../../../src/formats/checkpoints/image-preprocessing.js'
import { explain } from '../../../src/effects/explain.js'
import { interpret } from '../../../src/effects/interpreter.js'
import type { ClipArchitecture } from '../../../src/model/index.js'
import { clipTensors, shapesUnder } from '../../../src/model/index.js'
import { publishedArchitectures, publishedNames } from '../../../src/model/clip/published-architectures.js'
import { publishedName } from '../../../src/model/clip/published-name.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawn } from '../../support/evaluation.js'
import type { Files } from './small-checkpoints.js'
import {
  configured,
  fileOf,
  inFolder,
  shardedFiles,
  smallClip,
  smallUnder,
  smallWeights,
  worldOf,
} from './small-checkpoints.js'

const inspected = async (path: string, files: Files): Promise<CheckpointReport> =>
  expectRight(await interpret(inspectCheckpoint(path))(worldOf(files).runtime)())

describe('inspecting a checkpoint', () => {
  it('lists the CLIP, its parts, types and tensors, and reads only the header', async () => {
    const world = worldOf({ clip: fileOf(smallWeights, { floatType: 'F16', metadata: { made: 'here' } }) })
    const report = expectRight(await interpret(inspectCheckpoint('clip'))(world.runtime)())
    const { parameters, ...clip } = expectRight(report.clip)
    expect(clip).toEqual({
      convention: 'openai',
      backbone: undefined,
      architecture: smallClip,
      preprocessing: openAiPreprocessing,
      configurations: [],
      assumed: ['activation', 'epsilon', 'heads', 'preprocessing'],
      misfit: { missing: [], unexpected: [], misshapen: [] },
    })
    const numbers = Object.values(smallWeights).reduce((sum, { shape }) => sum + elementCount(shape), 0)
    expect(parameters.logitScale).toBe(1)
    // Tokens and positions, two blocks of 12 w² + 13 w, the last norm, the projection.
    expect(parameters.textEncoder).toBe((11 + 7) * 12 + 2 * (12 * 144 + 13 * 12) + 24 + 12 * 5)
    expect(parameters.imageEncoder + parameters.textEncoder + 1).toBe(numbers)
    expect(report).toMatchObject({ path: 'clip', elements: numbers, metadata: { made: 'here' } })
    expect(report.types).toEqual({ F16: Object.keys(smallWeights).length })
    expect(report.tensors[0]).toEqual({ name: 'ln_final.bias', type: 'F16', shape: [12] })
    expect(world.instructions.filter((name) => name.startsWith('read'))).toEqual(['readRange', 'readRange'])
  })

  it("finds the same sizes and parts in Hugging Face's shards", async () => {
    const shards = await inspected('clip', inFolder('clip', shardedFiles(smallUnder('hugging-face'))))
    const whole = expectRight((await inspected('a', { a: fileOf(smallWeights) })).clip)
    expect(shards.path).toBe('clip/model.safetensors.index.json')
    expect(expectRight(shards.clip)).toEqual({ ...whole, convention: 'hugging-face' })
  })

  it('lists all that does not fit', async () => {
    const { 'visual.ln_post.bias': _lost, ...rest } = smallWeights
    const { clip } = await inspected('a', {
      a: fileOf({ ...rest, extra: drawn(1, [2]), 'ln_final.bias': drawn(1, [3]) }),
    })
    expect(expectRight(clip).misfit).toEqual({
      missing: ['visual.ln_post.bias'],
      unexpected: ['extra'],
      misshapen: [{ name: 'ln_final.bias', expected: [12], found: [3] }],
    })
  })

  it('lists what another file holds, and why it is no CLIP', async () => {
    const { clip, tensors } = await inspected('a', { a: fileOf({ weight: drawn(1, [2, 3]) }) })
    expect(expectLeft(clip)).toBe(
      "no CLIP whose sizes can be inferred: tensor 'positional_embedding' is missing",
    )
    expect(tensors).toEqual([{ name: 'weight', type: 'F32', shape: [2, 3] }])
    const relu = configured({ text_config: { hidden_act: 'relu' } })
    expect(expectLeft((await inspected('clip', relu)).clip)).toBe(
      'a configuration that is not computed here: text_config.hidden_act is "relu", and only "quick_gelu" or "gelu" is ' +
        'computed here (clip/config.json)',
    )
    const heads = configured({ text_config: { num_attention_heads: 5 } })
    expect(expectLeft((await inspected('clip', heads)).clip)).toContain(
      'a file whose configuration cannot be used: clip/config.json: text_config.num_attention_heads is 5',
    )
  })

  it('says what is wrong with a broken file', async () => {
    const bytes = fileOf(smallWeights)
    const world = worldOf({ clip: bytes.subarray(0, bytes.length - 1) })
    const failure = expectLeft(await interpret(inspectCheckpoint('clip'))(world.runtime)())
    expect(explain(failure)).toMatch(/^clip: not a valid safetensors file: it is truncated: tensor '/)
  })
})

const parametersOf = (architecture: ClipArchitecture): number =>
  Object.values(shapesUnder('hugging-face', expectRight(clipTensors(architecture)))).reduce(
    (sum, shape) => sum + elementCount(shape),
    0,
  )

describe('a published CLIP', () => {
  it.each(publishedNames)('is known by its sizes: %s', (name) => {
    expect(publishedName(publishedArchitectures[name])).toBe(name)
    expect(publishedName({ ...publishedArchitectures[name], contextLength: 76 })).toBeUndefined()
  })

  it('has as many parameters as it was published with', () => {
    expect(parametersOf(publishedArchitectures['ViT-B/32'])).toBe(151_277_313)
    expect(parametersOf(publishedArchitectures['ViT-B/16'])).toBe(149_620_737)
    expect(parametersOf(publishedArchitectures['ViT-L/14'])).toBe(427_616_513)
  })
})
