/** Laws of names: a CLIP's weights under another convention are the same numbers, and come back bit for bit. */
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import type { TensorValue } from '../src/values/value.js'
import { elementCount } from '../src/values/value.js'
import type { ClipArchitecture, TensorShapes, VisionTransformerClip } from '../src/model/index.js'
import type { NamedValues } from '../src/values/named-values.js'
import {
  clipTensors,
  compareShapes,
  fits,
  inferArchitecture,
  namingConventionOf,
  namingConventions,
  renamedFrom,
  renamedTo,
  shapesUnder,
  shapesUnderOpenAiNames,
  openAiBlocks,
} from '../src/model/index.js'
import { expectLeft, expectRight } from '../test/expect-either.js'

const count = fc.integer({ min: 1, max: 3 })
/** Sizes as a file's shapes can give them: a head for every 64 features, one at least. */
const vitClips: fc.Arbitrary<VisionTransformerClip> = fc
  .record({
    embedDim: fc.integer({ min: 1, max: 9 }),
    visionLayers: count,
    textLayers: count,
    visionWidth: fc.constantFrom(3, 12, 128),
    textWidth: fc.constantFrom(4, 7, 128),
    visionPatchSize: count,
    contextLength: fc.integer({ min: 1, max: 9 }),
    vocabSize: fc.integer({ min: 2, max: 9 }),
    grid: count,
  })
  .map(({ grid, ...sizes }) => ({
    ...sizes,
    kind: 'vit',
    imageResolution: grid * sizes.visionPatchSize,
    visionHeads: Math.max(1, sizes.visionWidth / 64),
    textHeads: Math.max(1, Math.floor(sizes.textWidth / 64)),
    textBlocks: openAiBlocks,
    visionBlocks: openAiBlocks,
  }))

/** Tensors of any bits at all: among them are infinities, both zeros, and many that are no number. */
const anyBits = (shapes: TensorShapes, seed: number): NamedValues =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i): [string, TensorValue] => {
      const bits = Uint32Array.from(
        { length: elementCount(shape) },
        (_, j) => Math.imul(seed + i, 2654435761) ^ Math.imul(j + 1, 2246822519),
      )
      return [name, { dtype: 'f32', shape, data: new Float32Array(bits.buffer) }]
    }),
  )

const tensorsOf = (architecture: ClipArchitecture): TensorShapes => expectRight(clipTensors(architecture))
const shapesOf = (weights: NamedValues): TensorShapes =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]))
/** Name, shape and bits of every tensor, in the order of their names. */
const bitsOf = (weights: NamedValues): readonly unknown[] =>
  Object.keys(weights)
    .toSorted()
    .map((name) => {
      const { shape = [], data = new Float32Array() } = weights[name] ?? {}
      return [name, shape, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')]
    })

const drawnClips = fc.tuple(vitClips, fc.nat()).map(([architecture, seed]) => ({
  architecture,
  weights: anyBits(tensorsOf(architecture), seed),
}))
const conventions = fc.constantFrom(...namingConventions)
const runs = { numRuns: 20 }

describe('weights under the names of another convention', () => {
  it('are converted back bit for bit', () => {
    fc.assert(
      fc.property(drawnClips, conventions, ({ weights }, convention) => {
        const there = expectRight(renamedTo(convention)(weights))
        expect(bitsOf(expectRight(renamedFrom(convention)(there)))).toEqual(bitsOf(weights))
      }),
      runs,
    )
  })

  it('are converted from and to OpenAI’s names bit for bit', () => {
    fc.assert(
      fc.property(vitClips, fc.nat(), conventions, (architecture, seed, convention) => {
        const weights = anyBits(shapesUnder(convention, tensorsOf(architecture)), seed)
        const there = expectRight(renamedFrom(convention)(weights))
        expect(bitsOf(expectRight(renamedTo(convention)(there)))).toEqual(bitsOf(weights))
      }),
      runs,
    )
  })

  it('have shapes from which the convention and the architecture are recognised', () => {
    fc.assert(
      fc.property(drawnClips, conventions, ({ architecture, weights }, convention) => {
        const there = shapesOf(expectRight(renamedTo(convention)(weights)))
        expect(there).toEqual(shapesUnder(convention, tensorsOf(architecture)))
        expect(namingConventionOf(Object.keys(there))).toBe(convention)
        expect(pipe(shapesUnderOpenAiNames(convention, there), inferArchitecture)).toEqual(
          E.right(architecture),
        )
      }),
      runs,
    )
  })

  it('cannot be made from a part of the tensors', () => {
    fc.assert(
      fc.property(drawnClips, fc.nat(), ({ architecture, weights }, pick) => {
        const there = Object.entries(expectRight(renamedTo('hugging-face')(weights)))
        const lost = there[pick % there.length]?.[0] ?? ''
        const rest = Object.fromEntries(there.filter(([name]) => name !== lost))
        const expected = shapesUnder('hugging-face', tensorsOf(architecture))
        expect(compareShapes(expected, shapesOf(rest))).toEqual({
          missing: [lost],
          unexpected: [],
          misshapen: [],
        })
        if (/[qkv]_proj/.test(lost))
          expect(expectLeft(renamedFrom('hugging-face')(rest))).toEqual({
            tensor: lost,
            problem: 'is missing',
          })
      }),
      runs,
    )
  })
})

describe('the tensors that a CLIP needs', () => {
  it('fit a CLIP of the same sizes, and no CLIP of other sizes', () => {
    fc.assert(
      fc.property(vitClips, vitClips, (one, other) => {
        const misfit = compareShapes(tensorsOf(one), tensorsOf(other))
        expect(fits(misfit)).toBe(JSON.stringify(tensorsOf(one)) === JSON.stringify(tensorsOf(other)))
      }),
      runs,
    )
  })
})
