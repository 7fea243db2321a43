/**
 * The configurations next to a checkpoint: they say what tensors do not show, the activation of blocks, the number of heads,
 * and how images are prepared. Whatever names the tensors have, every configuration that is there is read, and one that says
 * something that is not computed here is refused: read otherwise, weights would give wrong features silently.
 */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
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
} from './hugging-face-configuration.js'
import {
  OpenClipConfiguration,
  openClipFacts,
  openClipFields,
  openClipPreprocessing,
} from './open-clip-configuration.js'
import {
  PreprocessorConfiguration,
  preprocessorFacts,
  preprocessorFields,
} from './preprocessor-configuration.js'
import type { StatedFacts, StatedPreprocessing } from './stated-facts.js'
import { both } from './stated-facts.js'

/** Names of the configurations that are read together with a checkpoint. */
export const companionNames = ['config.json', 'open_clip_config.json', 'preprocessor_config.json'] as const

/** What the configurations of a folder state, and their files. */
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

/**
 * Reads the configurations of a folder. A `config.json` of timm describes the image tower of what `open_clip_config.json`
 * describes, and is not read where that is there.
 *
 * Fails with `FileUnsupported` for a configuration of something that is not computed here, naming the model or the fields,
 * with `DecodeFailed` for fields of the wrong type.
 */
export const readCompanions = (folder: string): Effect.Effect<Companions> => {
  const path = (name: (typeof companionNames)[number]): string => join(folder, name)
  const read = (name: (typeof companionNames)[number]): Effect.Effect<Json | undefined> =>
    pipe(readJson(path(name), t.UnknownRecord), ifMissing(path(name), Effect.of(undefined)))
  return pipe(
    Effect.Do,
    Effect.bind('huggingFace', () => read('config.json')),
    Effect.bind('openClip', () => read('open_clip_config.json')),
    Effect.bind('preprocessor', () => read('preprocessor_config.json')),
    Effect.flatMapEither(({ huggingFace, openClip, preprocessor }) => {
      const ofTimm = huggingFace !== undefined && isOfTimm(huggingFace)
      if (ofTimm && openClip === undefined)
        return otherModel(path('config.json'), {
          found: `an image tower of timm alone (${String(huggingFace['architecture'])})`,
          advice: 'take a CLIP with its text tower; with one of open_clip lies an open_clip_config.json',
        })
      const found = [
        { name: 'config.json', json: ofTimm ? undefined : huggingFace, facts: ofHuggingFace },
        { name: 'open_clip_config.json', json: openClip, facts: ofOpenClip },
        { name: 'preprocessor_config.json', json: preprocessor, facts: ofPreprocessor },
      ] as const
      const there = found.flatMap(({ name, json, facts }) =>
        json === undefined ? [] : [{ at: path(name), json, facts }],
      )
      return pipe(
        there,
        E.traverseArray(({ at, json, facts }) => facts(at, json)),
        E.map((all) => ({
          paths: there.map(({ at }) => at),
          facts: all.flatMap(({ facts }) => facts),
          preprocessing: all.flatMap(({ preprocessing }) => preprocessing),
        })),
      )
    }),
  )
}
