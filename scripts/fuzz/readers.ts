/**
 * What reads input from outside, as functions to be fuzzed: each takes a seed, makes an input that is nearly good, reads it,
 * and gives the failure or nothing. A result is looked at, too: it must be whole.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import sharp from 'sharp'
import { parseClassNames } from '../../src/data/class-names.js'
import { numberedClasses, parseImageList } from '../../src/data/image-list.js'
import {
  fromJson,
  input,
  layerNorm,
  matmul,
  mul,
  parameter,
  program,
  reshape,
  softmax,
  sum,
  toJson,
  toText,
} from '../../src/dsl/index.js'
import { explainFault } from '../../src/dsl/fault.js'
import type { Program } from '../../src/dsl/index.js'
import { decodeRgb } from '../../src/effects/runtimes/images/decode-rgb.js'
import type { Failure } from '../../src/effects/index.js'
import { Effect, explain, interpret } from '../../src/effects/index.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { decodeJson } from '../../src/effects/text-file.js'
import { referenceEngine } from '../../src/engines/index.js'
import {
  adaptationConfiguration,
  methodConfiguration,
} from '../../src/experiments/adaptation/configuration.js'
import { pretrainConfiguration } from '../../src/experiments/pretraining/configuration.js'
import { companionNames, readCompanions } from '../../src/formats/checkpoints/companion-configuration.js'
import { goodPretraining, writtenConfigurations } from './good-configurations.js'
import { loadClipVocabulary } from '../../src/formats/clip-vocabulary.js'
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors/encode.js'
import { openSharded, readTensors } from '../../src/formats/safetensors/file.js'
import { methodNames } from '../../src/methods/index.js'
import type { TokenizerError } from '../../src/model/index.js'
import { explainTokenizerError, tokenizer } from '../../src/model/index.js'
import type { TensorValue } from '../../src/values/value.js'
import { elementCount } from '../../src/values/value.js'
import { mutatedBytes, mutatedJson, mutatedText } from './mutations.js'
import { randomOf } from './random.js'

/** What a case came to: the kind of its failure and its words, or that the input was read. */
export type Outcome =
  | { readonly tag: 'Read' }
  | { readonly tag: 'Failed'; readonly kind: string; readonly words: string }
  /** A result that is not whole. */
  | { readonly tag: 'Wrong'; readonly problem: string }

/** Reads the input of a seed. It throws only where a reader does. */
export type FuzzCase = (seed: number) => Promise<Outcome>

const read: Outcome = { tag: 'Read' }
const wrong = (problem: string): Outcome => ({ tag: 'Wrong', problem })
const failed = (failure: Failure): Outcome => ({ tag: 'Failed', kind: failure.tag, words: explain(failure) })

const outcomeOf = <A>(
  result: E.Either<Failure, A>,
  problemOf: (value: A) => string | undefined = () => undefined,
): Outcome => {
  if (E.isLeft(result)) return failed(result.left)
  const problem = problemOf(result.right)
  return problem === undefined ? read : wrong(problem)
}

const resultOf = <F, A>(result: E.Either<F, A>): A => {
  if (E.isRight(result)) return result.right
  throw new Error(`a good input was refused: ${JSON.stringify(result.left)}`)
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const jsonBytes = (value: unknown): Uint8Array => utf8(JSON.stringify(value) ?? '')

// ---- safetensors

const values: Readonly<Record<string, TensorValue>> = {
  'visual.proj': { dtype: 'f32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  step: { dtype: 'i32', shape: [], data: Int32Array.of(7) },
  mask: { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
  empty: { dtype: 'f32', shape: [0, 4], data: new Float32Array(0) },
}
const goodFile = (floatType: 'F32' | 'F16' | 'BF16' = 'F32'): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      resultOf(
        encodeSafetensors('good', values, { metadata: { format: 'pt', step: '1' }, floatType }),
      ).slice(),
    ),
  )
const goodFiles = [goodFile(), goodFile('F16'), goodFile('BF16')] as const
const headerSize = (file: Uint8Array): number => Number(new DataView(file.buffer).getBigUint64(0, true))

/** A file whose header says something else, of the length that it has. */
const withOtherHeader = (file: Uint8Array, change: (header: unknown) => unknown): Uint8Array => {
  const size = headerSize(file)
  const header: unknown = JSON.parse(new TextDecoder().decode(file.slice(8, 8 + size)))
  const bytes = jsonBytes(change(header))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true)
  return new Uint8Array(Buffer.concat([length, bytes, file.slice(8 + size)]))
}

const partial = (tensors: Readonly<Record<string, TensorValue>>): string | undefined => {
  const [name] =
    Object.entries(tensors).find(([, { shape, data }]) => data.length !== elementCount(shape)) ?? []
  return name === undefined ? undefined : `tensor '${name}' does not have the elements of its shape`
}

const safetensors = async (): Promise<FuzzCase> => (seed) => {
  const random = randomOf(seed)
  const good = random.one(goodFiles)
  const bytes =
    random.below(3) === 0
      ? mutatedBytes(random, good)
      : withOtherHeader(good, (header) => mutatedJson(random, header))
  return Promise.resolve(
    outcomeOf(decodeSafetensors('x.safetensors', bytes), ({ tensors }) => partial(tensors)),
  )
}

// ---- effects on a disk in memory

const onDisk = async <A>(
  files: Readonly<Record<string, Uint8Array>>,
  effect: Effect.Effect<A>,
  problemOf?: (value: A) => string | undefined,
): Promise<Outcome> => {
  const world = memoryWorld({ engine: referenceEngine, disk: memoryDisk(files) })
  const outcome = outcomeOf(await interpret(effect)(world.runtime)(), problemOf)
  const written = world.instructions.find((name) => /write|append|remove|move|make/.test(name))
  return written === undefined ? outcome : wrong(`reading a file did ${written}`)
}

// ---- configurations

type Run = readonly [codec: t.Mixed, good: unknown]

const surroundings = {
  data: 'data',
  source: 'photo',
  target: 'sketch',
  clip: 'clip.safetensors',
  engine: 'onnx',
  version: '0.1.0',
}

const configurations = async (): Promise<FuzzCase> => {
  const runs: readonly [Run, ...(readonly Run[])] = [
    [pretrainConfiguration, goodPretraining],
    ...methodNames.map((name): Run => [
      adaptationConfiguration,
      { ...surroundings, ...methodConfiguration(name) },
    ]),
  ]
  for (const [codec, good] of runs) resultOf(decodeJson('run.json', codec)(JSON.stringify(good)))
  return (seed) => {
    const random = randomOf(seed)
    const asText = (value: unknown): string => {
      const text = JSON.stringify(mutatedJson(random, value)) ?? ''
      return random.below(8) === 0 ? mutatedText(random, text) : text
    }
    if (random.below(2) === 0) {
      const [codec, good] = random.one(runs)
      return Promise.resolve(outcomeOf(decodeJson('run.json', codec)(asText(good))))
    }
    const name = random.some(companionNames) ?? 'config.json'
    const text = asText(random.some(writtenConfigurations))
    return onDisk({ [`clip/${name}`]: utf8(text) }, readCompanions('clip'))
  }
}

// ---- program JSON

const goodPrograms = (): readonly Program[] => {
  const x = input('x', ['B', 4])
  const w = parameter('w', [4, 6])
  const hidden = softmax(matmul(x, w), 1)
  const norm = layerNorm(hidden, parameter('gain', [6]), parameter('bias', [6]))
  const split = reshape(norm, ['B', 2, 3])
  return [
    resultOf(program({ x }, { y: norm, loss: sum(mul(norm, norm)) })),
    resultOf(program({ x }, { split, again: reshape(split, ['B', 6]) })),
  ]
}

const programs = async (): Promise<FuzzCase> => {
  const documents = goodPrograms().map((each): unknown => JSON.parse(JSON.stringify(toJson(each))))
  return (seed) => {
    const random = randomOf(seed)
    const outcome = fromJson(mutatedJson(random, random.some(documents)))
    if (E.isLeft(outcome)) {
      const fault = outcome.left
      const words = fault.tag === 'DocumentFault' ? fault.problems.join('; ') : explainFault(fault)
      return Promise.resolve({ tag: 'Failed', kind: fault.tag, words })
    }
    toText(outcome.right)
    const again = fromJson(JSON.parse(JSON.stringify(toJson(outcome.right))))
    return Promise.resolve(
      E.isRight(again) ? read : wrong('a program that was read cannot be written and read again'),
    )
  }
}

// ---- tokenizer

const goodTexts = [
  'a photo of a dog.',
  'An <i>Alarm_Clock</i> &amp; 12 cafés — “quoted” text',
  'ΑΣ 漢字 🙂🙃 \u202Eright to left',
  "it's they're we'll I'd\tTabs\nlines",
] as const

const tokens = async (): Promise<FuzzCase> => {
  const { encode, decode, tokenize, vocabulary } = tokenizer(resultOf(await loadClipVocabulary()))
  return (seed) => {
    const random = randomOf(seed)
    const text = mutatedText(random, random.one(goodTexts))
    const ids = encode(text)
    if (!ids.every((id) => vocabulary.tokens[id] !== undefined))
      return Promise.resolve(wrong('an id has no token'))
    if (E.isLeft(decode(ids))) return Promise.resolve(wrong('the ids of a text cannot be decoded'))
    const length = random.one([77, 2, 16, 0, -1, 1e300, Number.NaN, 1.5, 77])
    const outcome: E.Either<TokenizerError, unknown> =
      random.below(4) === 0 ? decode(ids.map((id) => id - random.below(3))) : tokenize(text, length)
    return Promise.resolve(
      E.isRight(outcome)
        ? read
        : { tag: 'Failed', kind: outcome.left.tag, words: explainTokenizerError(outcome.left) },
    )
  }
}

// ---- images

const images = async (): Promise<FuzzCase> => {
  const [width, height] = [57, 43]
  const noise = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 7919) % 251)
  const image = sharp(noise, { raw: { width, height, channels: 3 } })
  const encoded = await Promise.all([
    image.clone().jpeg().toBuffer(),
    image
      .clone()
      .jpeg({ progressive: true })
      .withExif({ IFD0: { Copyright: 'x' } })
      .toBuffer(),
    image.clone().png().toBuffer(),
    image.clone().png({ palette: true, progressive: true }).toBuffer(),
    image.clone().webp().toBuffer(),
    image.clone().webp({ lossless: true }).toBuffer(),
    image.clone().tiff({ compression: 'lzw' }).toBuffer(),
    image.clone().tiff({ compression: 'none' }).toBuffer(),
    image.clone().gif().toBuffer(),
  ])
  return async (seed) => {
    const random = randomOf(seed)
    const good = random.some(encoded) ?? new Uint8Array(0)
    // The first bytes say the format: without them nothing is decoded. Later ones are pixels rather than headers.
    const kept = random.one([0, 12, 12, 64, 256, Math.floor(good.length / 2)])
    const changed = mutatedBytes(random, good.subarray(kept), random.one([1, 1, 6]))
    const bytes = Buffer.concat([good.subarray(0, kept), changed])
    return outcomeOf(await decodeRgb('x', bytes)(), ({ pixels, ...size }) =>
      pixels.length === 3 * size.width * size.height ? undefined : 'the pixels are not those of its size',
    )
  }
}

// ---- lists of images and names of classes

const goodList = Array.from({ length: 8 }, (_, i) => `class ${i % 3}/image ${i}.jpg ${i % 3}`).join('\n')
const goodNames = 'n01443537 goldfish\nn01484850\tgreat white shark\n0 bird\n'

const lists = async (): Promise<FuzzCase> => (seed) => {
  const random = randomOf(seed)
  if (random.below(3) === 0)
    return Promise.resolve(outcomeOf(parseClassNames('names.txt', mutatedText(random, goodNames))))
  const both = pipe(
    ['a.txt', 'b.txt'],
    E.traverseArray((list) =>
      pipe(
        parseImageList(list, mutatedText(random, goodList)),
        E.map((listed) => ({ list, images: listed })),
      ),
    ),
  )
  return Promise.resolve(
    outcomeOf(
      pipe(
        both,
        E.flatMap((found) =>
          E.map((classes: readonly string[]) => ({ found, classes }))(numberedClasses(found)),
        ),
      ),
      ({ found, classes }) => {
        const stray = found
          .flatMap(({ images: listed }) => listed)
          .find(({ path, className }) => !classes.includes(className) || path.split('/').includes('..'))
        return stray === undefined ? undefined : `'${stray.path}' is of no class, or leads out of the folder`
      },
    ),
  )
}

// ---- sharded indices

const shards = {
  'one.safetensors': Object.fromEntries(Object.entries(values).slice(0, 2)),
  'two.safetensors': Object.fromEntries(Object.entries(values).slice(2)),
}

const indices = async (): Promise<FuzzCase> => {
  const files = Object.entries(shards).map(([name, tensors]) => {
    const bytes = new Uint8Array(Buffer.concat(resultOf(encodeSafetensors(name, tensors)).slice()))
    return [`clip/${name}`, bytes] as const
  })
  const index = {
    metadata: { total_size: 35 },
    weight_map: Object.fromEntries(
      Object.entries(shards).flatMap(([file, tensors]) => Object.keys(tensors).map((name) => [name, file])),
    ),
  }
  const path = 'clip/model.safetensors.index.json'
  return (seed) => {
    const random = randomOf(seed)
    const broken = random.below(4) === 0 ? random.below(files.length) : -1
    const text = JSON.stringify(mutatedJson(random, index)) ?? ''
    const disk = {
      ...Object.fromEntries(
        files.map(([name, bytes], i) => [name, i === broken ? mutatedBytes(random, bytes) : bytes]),
      ),
      [path]: utf8(random.below(8) === 0 ? mutatedText(random, text) : text),
    }
    return onDisk(
      disk,
      pipe(
        openSharded(path),
        Effect.flatMap((store) => readTensors(store)),
      ),
      partial,
    )
  }
}

/** Every reader by its name; it prepares its good inputs once. */
export const readers = { safetensors, configurations, programs, tokens, images, lists, indices } as const
export type ReaderName = keyof typeof readers
