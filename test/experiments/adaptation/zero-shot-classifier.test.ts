import { describe, expect, it } from 'vitest'
import { templateTokens } from '../../../src/experiments/adaptation/class-prompts.js'
import {
  averageDirections,
  zeroShotClassifier,
} from '../../../src/experiments/adaptation/zero-shot-classifier.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { adaptableClip } from '../../../src/experiments/encoding/adaptable-clip.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import * as Effect from '../../../src/effects/effect.js'
import { pipe } from 'fp-ts/lib/function.js'
import { expectRight } from '../../expect-either.js'
import { expectClose, f32 } from '../../support/evaluation.js'
import { attempt } from '../../support/mishaps.js'
import { bytesTokenizer, diskWith } from '../../support/small-ad-clip.js'

const engine = onnxEngine()

/** The classifier of three classes by templates. */
const classifier = async (templates: readonly string[]) => {
  const effect = pipe(
    readClip('clip.safetensors'),
    Effect.flatMap((clip) =>
      zeroShotClassifier(adaptableClip(clip), bytesTokenizer, ['dog', 'house', 'tree'], templates),
    ),
  )
  return expectRight((await attempt(effect, { engine, disk: diskWith({}) })).outcome)
}

describe('directions', () => {
  it('are averaged row by row, to unit length', () => {
    const half = Math.SQRT1_2
    const average = averageDirections([f32([2, 2], [1, 0, 0, 1]), f32([2, 2], [0, 1, 0, 1])])
    expect(average.shape).toEqual([2, 2])
    expectClose([...average.data], [half, half, 0, 1], 1e-7)
  })
})

describe("zero-shot CLIP's classifier", () => {
  it('has a direction for each class', async () => {
    const { shape, data } = await classifier(['a {}.'])
    expect(shape).toEqual([3, 16])
    for (const k of [0, 1, 2]) expect(Math.hypot(...data.slice(16 * k, 16 * (k + 1)))).toBeCloseTo(1, 5)
  })

  it('averages its templates', async () => {
    const [one, other, both, twice] = await Promise.all([
      classifier(['a {}.']),
      classifier(['the {}']),
      classifier(['a {}.', 'the {}']),
      classifier(['a {}.', 'a {}.']),
    ])
    expectClose([...both.data], [...averageDirections([one, other]).data], 1e-6)
    expectClose([...twice.data], [...one.data], 1e-6)
  })
})

describe('words before the name', () => {
  it.each([
    ['{}.', 0],
    ['a {}.', 1],
    ['a b {} of c', 2],
  ])('of %j are %i tokens', (template, tokens) =>
    expect(templateTokens(bytesTokenizer, template)).toBe(tokens),
  )
})
