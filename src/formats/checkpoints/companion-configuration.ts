/**
 * The configurations next to a checkpoint: they say what tensors do not show, the activation of blocks, the number of heads,
 * and how images are prepared. Whatever names the tensors have, every configuration that is there is read, and one that says
 * something that is not computed here is refused: read otherwise, weights would give wrong features silently.
 */
import { join } from '../../effects/paths.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { keysOf } from '../../dsl/documents/literals.js'
import { decodeProblems } from '../../dsl/documents/decode-problems.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { listed } from '../../effects/listed.js'
import { ifMissing } from '../../effects/operations.js'
import { readJson } from '../../effects/text-file.js'
import type { FieldRules } from './configuration-fields.js'
import { refusedFields, withoutNulls } from './configuration-fields.js'
import type { OtherModel } from './families.js'
import { familyOfModelType, familyOfOpenClip, isOfTimm } from './families.js'
import {
  HuggingFaceConfiguration,
  huggingFaceFacts,
  huggingFaceFields,
  tokenizerFields,
} from './hugging-face-configuration.js'
import {
  OpenClipConfiguration,
  openClipFacts,
  openClipFields,
  openClipPreprocessing,
} from './open-clip-configuration.js'
import {
  PreprocessorConfiguration,
  ProcessorConfiguration,
  preprocessorFacts,
  preprocessorFields,
  processorFields,
} from './preprocessor-configuration.js'
import type { StatedFacts, StatedPreprocessing } from './stated-facts.js'
import { both } from './stated-facts.js'

/** What the configurations of a folder state, and the files that state it. */
export interface Companions {
  readonly paths: readonly string[]
  readonly facts: readonly StatedFacts[]
  readonly preprocessing: readonly StatedPreprocessing[]
}

type Json = Readonly<Record<string, unknown>>

const otherModel = (path: string, { found, advice }: OtherModel): E.Either<Failure, never> =>
  E.left({ tag: 'FileUnsupported', path, found: `the configuration of ${found}`, advice })

const notComputed = (path: string, problems: readonly string[]): Failure => ({
  tag: 'FileUnsupported',
  path,
  found: listed('a configuration that is not computed here', problems).join(''),
  advice: 'take another CLIP, or correct the configuration if it is wrong',
})

/** The facts of a configuration: all of its fields must be known, and all that it says must be computed here. */
const factsOf =
  <A, O, F>(
    path: string,
    rules: FieldRules,
    codec: t.Type<A, O>,
    facts: (configuration: A) => E.Either<readonly string[], F>,
  ) =>
  (json: Json): E.Either<Failure, F> => {
    const decoded = codec.decode(withoutNulls(json))
    const refused = refusedFields(rules, json)
    if (refused.length > 0) return E.left(notComputed(path, refused))
    if (E.isLeft(decoded))
      return E.left({ tag: 'DecodeFailed', path, problems: decodeProblems(decoded.left) })
    return pipe(
      facts(decoded.right),
      E.mapLeft((problems) => notComputed(path, problems)),
    )
  }

const none: Omit<Companions, 'paths'> = { facts: [], preprocessing: [] }

const ofHuggingFace = (path: string, json: Json): E.Either<Failure, typeof none> => {
  const family = familyOfModelType(typeof json['model_type'] === 'string' ? json['model_type'] : 'clip')
  return family === undefined
    ? pipe(
        json,
        factsOf(path, huggingFaceFields, HuggingFaceConfiguration, (read) => huggingFaceFacts(path, read)),
        E.map((facts) => ({ ...none, facts: [facts] })),
      )
    : otherModel(path, family)
}

const ofOpenClip = (path: string, json: Json): E.Either<Failure, typeof none> => {
  const model = t.UnknownRecord.is(json['model_cfg']) ? json['model_cfg'] : {}
  const family = familyOfOpenClip(model)
  return family === undefined
    ? pipe(
        json,
        factsOf(path, openClipFields, OpenClipConfiguration, (read) =>
          both(openClipFacts(path, read), openClipPreprocessing(path, read)),
        ),
        E.map(([facts, preprocessing]) => ({ facts: [facts], preprocessing: [preprocessing] })),
      )
    : otherModel(path, family)
}

const ofPreprocessor = (path: string, json: Json): E.Either<Failure, typeof none> =>
  pipe(
    json,
    factsOf(path, preprocessorFields, PreprocessorConfiguration, (read) => preprocessorFacts(path, read)),
    E.map((preprocessing) => ({ ...none, preprocessing: [preprocessing] })),
  )

const ofProcessor = (path: string, json: Json): E.Either<Failure, typeof none> =>
  pipe(
    json,
    factsOf(path, processorFields, ProcessorConfiguration, ({ image_processor: images }) =>
      images === undefined ? E.right(undefined) : preprocessorFacts(path, images),
    ),
    E.map((preprocessing) => ({
      ...none,
      preprocessing: preprocessing === undefined ? [] : [preprocessing],
    })),
  )

/** Of a tokenizer's many fields its class alone is read: CLIP's tokenizer has no settings that models differ in. */
const ofTokenizer = (path: string, { tokenizer_class: name }: Json): E.Either<Failure, typeof none> => {
  const problems = refusedFields(tokenizerFields, { tokenizer_class: name ?? null })
  return problems.length === 0 ? E.right(none) : E.left(notComputed(path, problems))
}

/** A `config.json` of timm describes the image tower of what `open_clip_config.json` describes. */
const ofTimm = (path: string, json: Json, names: readonly string[]): E.Either<Failure, typeof none> =>
  names.includes('open_clip_config.json')
    ? E.right(none)
    : otherModel(path, {
        found: `an image tower of timm alone (${String(json['architecture'])})`,
        advice: 'take a CLIP with its text tower; with one of open_clip lies an open_clip_config.json',
      })

/** The facts of a file, among the names of all that are there. */
type Reader = (path: string, json: Json, names: readonly string[]) => E.Either<Failure, typeof none>

const readers = {
  'config.json': (path, json, names) =>
    isOfTimm(json) ? ofTimm(path, json, names) : ofHuggingFace(path, json),
  'open_clip_config.json': ofOpenClip,
  'preprocessor_config.json': ofPreprocessor,
  'processor_config.json': ofProcessor,
  'tokenizer_config.json': ofTokenizer,
} satisfies Readonly<Record<string, Reader>>
const table: Readonly<Record<keyof typeof readers, Reader>> = readers

/** Names of the configurations that are read together with a checkpoint. */
export const companionNames = keysOf(table)

/**
 * Reads the configurations of a folder. A `config.json` of timm is not read where open_clip's describes the whole model.
 *
 * Fails with `FileUnsupported` for a configuration of something that is not computed here, naming the model or the fields,
 * with `DecodeFailed` for fields of the wrong type.
 */
export const readCompanions = (folder: string): Effect.Effect<Companions> =>
  pipe(
    companionNames,
    Effect.traverseArray((name) => {
      const path = join(folder, name)
      return pipe(
        readJson(path, t.UnknownRecord),
        Effect.map((json) => [{ name, path, json }]),
        ifMissing(path, Effect.of([])),
      )
    }),
    Effect.map((read) => read.flat()),
    Effect.flatMapEither((read) => {
      const names = read.map(({ name }) => name)
      return pipe(
        read,
        E.traverseArray(({ name, path, json }) => table[name](path, json, names)),
        E.map((all) => {
          const facts = all.flatMap((one) => one.facts)
          const preprocessing = all.flatMap((one) => one.preprocessing)
          return {
            paths: [...new Set([...facts, ...preprocessing].map(({ path }) => path))],
            facts,
            preprocessing,
          }
        }),
      )
    }),
  )
