import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { domainImages } from '../../../src/data/data-set.js'
import { splitInvariant } from '../../../src/dsl/transformations/split-invariant.js'
import { Effect } from '../../../src/effects/index.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import {
  classifierBatch,
  predictionProgram,
  predictLogits,
} from '../../../src/experiments/adaptation/predict-logits.js'
import type { EncodedSet } from '../../../src/experiments/encoding/encoded-set.js'
import { subset } from '../../../src/experiments/encoding/encoded-set.js'
import { evaluatedRows } from '../../../src/experiments/encoding/training-views.js'
import { coCoOp, coOp } from '../../../src/methods/index.js'
import { openAiTowers } from '../../../src/model/index.js'
import { expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { attempt } from '../../support/mishaps.js'
import { architecture, diskWith, smallConfiguration, trainedRun } from '../../support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(4)

/** So many images: those of a set again and again. */
const repeated = (set: EncodedSet, count: number): EncodedSet =>
  subset(
    set,
    Array.from({ length: count }, (_, i) => i % set.images.length),
  )

describe.each(['coop', 'dapl', 'cocoop', 'ad-clip', 'damp', 'pda'] as const)('the logits of %s', (method) => {
  it('are the same to the bit where what no image changes is computed once for several batches, and where it is not', async () => {
    const { outcome } = await attempt(
      pipe(
        trainedRun({ ...smallConfiguration(method), templates: ['a {}.'] }, false),
        Effect.flatMap(({ run: { task, trained }, inputs: { clip, data, encode } }) =>
          pipe(
            encode(
              clip,
              'sketch',
              domainImages(data, 'sketch', 'evaluation'),
              evaluatedRows(method, clip.view),
            ),
            Effect.flatMap((set) =>
              Effect.traverseArray((count: number) =>
                predictLogits(task, trained.values, repeated(set, count)),
              )([classifierBatch, 2 * classifierBatch + 8]),
            ),
          ),
        ),
      ),
      { engine, disk: diskWith(images) },
    )
    const [one, several] = expectRight(outcome).map(({ data }) => data)
    expect(one).toHaveLength(3 * classifierBatch)
    expect(several?.slice(0, one?.length)).toEqual(one)
    expect(new Set(one).size).toBeGreaterThan(9)
  })
})

describe('the program of a classifier', () => {
  const towers = openAiTowers(architecture)
  const lengths = [6, 7, 6]
  const encodersOf = (method: ReturnType<typeof coOp>) => {
    const program = expectRight(predictionProgram(towers, method, lengths))
    return expectRight(splitInvariant(program, 'B'))?.each.parameters.map(({ attributes: { name } }) => name)
  }

  it('reads no weight of the text encoder in a batch where texts are the same for all images', () => {
    const settings = { contextTokens: 2, classSpecificContext: false }
    expect(encodersOf(coOp(towers, settings))).toEqual(['logit_scale'])
  })

  it('reads them in each batch where an image changes the texts', () => {
    const names = encodersOf(coCoOp(towers, { templateTokens: 2 }))
    expect(names === undefined || names.some((name) => name.startsWith('transformer.'))).toBe(true)
  })
})
