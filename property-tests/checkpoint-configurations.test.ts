/** Configurations next to a checkpoint, whatever they hold: read, or refused in words that name the file. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as Effect from '../src/effects/effect.js'
import { explain } from '../src/effects/explain.js'
import { interpret } from '../src/effects/interpreter.js'
import { recogniseClip } from '../src/formats/checkpoints/clip-checkpoint.js'
import { companionNames } from '../src/formats/checkpoints/companion-configuration.js'
import { openCheckpoint } from '../src/formats/checkpoints/open-checkpoint.js'
import { writtenConfigurations } from '../src/formats/checkpoints/written-configuration.js'
import { openAiPreprocessing } from '../src/formats/checkpoints/image-preprocessing.js'
import { blockActivation } from '../src/model/index.js'
import { expectRight } from '../test/expect-either.js'
import {
  fileOf,
  jsonFile,
  smallClip,
  smallWeights,
  worldOf,
} from '../test/formats/checkpoints/small-checkpoints.js'

const weights = fileOf(smallWeights)

/** The CLIP of the weights with these files next to them. */
const recognised = (files: Readonly<Record<string, Uint8Array>>) =>
  interpret(
    pipe(
      openCheckpoint('clip/model.safetensors'),
      Effect.flatMap((store) => recogniseClip(store)),
    ),
  )(worldOf({ 'clip/model.safetensors': weights, ...files }).runtime)()

const valid = (['open_clip', 'hugging-face'] as const).flatMap((convention) =>
  writtenConfigurations(convention, {
    architecture: smallClip,
    preprocessing: openAiPreprocessing,
    assumed: [],
  }),
)

/** A value with one of its parts, at any depth, replaced or removed. */
const mutated = (value: unknown, choices: readonly number[], other: unknown): unknown => {
  const [choice = 0, ...rest] = choices
  if (typeof value !== 'object' || value === null) return other
  const entries = Object.entries(value)
  const [name, inner] = entries[choice % Math.max(entries.length, 1)] ?? ['', undefined]
  const changed = rest.length === 0 ? other : mutated(inner, rest, other)
  return changed === undefined
    ? Object.fromEntries(entries.filter(([field]) => field !== name))
    : { ...value, [name]: changed }
}

const changes = fc.tuple(
  fc.constantFrom(...valid),
  fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
  fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1, 1e308, 0.5, '', 'gelu', null, undefined, [], {})),
)

it('a configuration with anything in the place of one of its parts is read, or refused by the name of its file', () =>
  fc.assert(
    fc.asyncProperty(changes, async ([{ name, content }, choices, other]) => {
      const outcome = await recognised({ [`clip/${name}`]: jsonFile(mutated(content, choices, other)) })
      if (E.isLeft(outcome)) {
        const message = explain(outcome.left)
        expect(message.startsWith(`clip/${name}: `)).toBe(true)
        expect(message).not.toMatch(/undefined|\[object/)
      } else {
        expect(outcome.right.architecture).toMatchObject({ visionWidth: smallClip.visionWidth })
      }
    }),
  ))

it('any bytes in the place of a configuration are refused, or read as a configuration that states nothing', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...companionNames),
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      async (name, bytes) => {
        const outcome = await recognised({ [`clip/${name}`]: Uint8Array.from(bytes) })
        if (E.isLeft(outcome)) expect(explain(outcome.left)).toContain(`clip/${name}`)
      },
    ),
  ))

it('what is written of a CLIP is what is read of it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom('openai', 'open_clip', 'hugging-face' as const),
      fc.constantFrom(...blockActivation.values),
      fc.record({
        text: fc.double({ min: 1e-12, max: 1, noNaN: true }),
        vision: fc.double({ min: 1e-12, max: 1, noNaN: true }),
      }),
      fc.record({ textHeads: fc.constantFrom(1, 2, 3, 4, 6, 12), visionHeads: fc.constantFrom(1, 2, 4, 8) }),
      fc.record({
        mean: fc.tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
        ),
        deviation: fc.constant([0.25, 0.5, 0.75] as const),
        interpolation: fc.constantFrom('bicubic', 'bilinear' as const),
        resize: fc.constantFrom('shortest', 'squash' as const),
      }),
      async (convention, activation, epsilons, heads, preprocessing) => {
        const architecture = {
          ...smallClip,
          ...heads,
          textBlocks: { activation, epsilon: epsilons.text },
          visionBlocks: { activation, epsilon: epsilons.vision },
        }
        const files = writtenConfigurations(convention, { architecture, preprocessing, assumed: [] })
        const read = expectRight(
          await recognised(
            Object.fromEntries(files.map(({ name, content }) => [`clip/${name}`, jsonFile(content)])),
          ),
        )
        expect(read).toMatchObject({ architecture, assumed: [] })
        expect(read.preprocessing).toEqual(JSON.parse(JSON.stringify(preprocessing)))
      },
    ),
  ))
