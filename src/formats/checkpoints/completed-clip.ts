/** A CLIP as its tensors show it, completed by what configurations state, or by what is assumed without one. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { BlockActivation, BlockForm, ClipArchitecture } from '../../model/index.js'
import { openAiBlocks } from '../../model/index.js'
import type { Failure } from '../../effects/failure.js'
import type { Companions } from './companion-configuration.js'
import type { ImagePreprocessing } from './image-preprocessing.js'
import { openAiPreprocessing } from './image-preprocessing.js'
import { withFacts, wrongSizes } from './stated-facts.js'
import { lookup } from '../../values/record.js'

/** A fact that no configuration states, so that it is taken to be as in OpenAI's CLIPs. */
export type Assumption = 'activation' | 'epsilon' | 'heads' | 'preprocessing'

const inWords: Readonly<Record<Assumption, string>> = {
  activation: 'the quick GELU',
  epsilon: 'an epsilon of 1e-5',
  heads: 'one head for every 64 features',
  preprocessing: 'the preprocessing of images',
}

/** What is assumed where a fact is. */
export const assumptionInWords = (assumption: Assumption): string => inWords[assumption]

/** A CLIP as its tensors and its configurations describe it. */
export interface CompletedClip {
  readonly architecture: ClipArchitecture
  readonly preprocessing: ImagePreprocessing
  /** What is assumed; empty where a configuration states everything. */
  readonly assumed: readonly Assumption[]
}

/** How a CLIP is read. */
export interface ClipOptions {
  /** The activation of a CLIP that no configuration describes. */
  readonly activation?: BlockActivation | undefined
}

/** Facts in words, by name: what two configurations are compared by. */
export const factsInWords = (architecture: ClipArchitecture): Readonly<Record<string, unknown>> => ({
  'activation of texts': architecture.textBlocks.activation,
  'epsilon of texts': architecture.textBlocks.epsilon,
  'heads for texts': architecture.textHeads,
  'heads for images': architecture.visionHeads,
  ...(architecture.kind === 'vit'
    ? {
        'activation of images': architecture.visionBlocks.activation,
        'epsilon of images': architecture.visionBlocks.epsilon,
      }
    : {}),
})

/** What all configurations state, one after the other; fails where one contradicts the first. */
const agreed = <A>(
  stated: readonly { readonly path: string; readonly value: A }[],
  factsOf: (value: A) => Readonly<Record<string, unknown>>,
): E.Either<Failure, A | undefined> => {
  const [first, ...others] = stated
  if (first === undefined) return E.right(undefined)
  const expected = factsOf(first.value)
  for (const { path, value } of others) {
    const problems = Object.entries(factsOf(value)).flatMap(([name, said]) => {
      const [here, there] = [said, lookup(name, expected)].map((one) => JSON.stringify(one))
      return here === there ? [] : [`${name}: ${here}, where ${first.path} says ${there}`]
    })
    if (problems.length > 0) return E.left({ tag: 'DecodeFailed', path, problems })
  }
  return E.right(first.value)
}

const sameBlocks = (architecture: ClipArchitecture, blocks: BlockForm): ClipArchitecture =>
  architecture.kind === 'vit'
    ? { ...architecture, textBlocks: blocks, visionBlocks: blocks }
    : { ...architecture, textBlocks: blocks }

/** Fails if an activation was asked for and the configuration states another one. */
const checkActivation = (
  path: string,
  architecture: ClipArchitecture,
  { activation }: ClipOptions,
): E.Either<Failure, ClipArchitecture> => {
  const blocks = architecture.kind === 'vit' ? [architecture.visionBlocks] : []
  const other = [architecture.textBlocks, ...blocks].find((form) => form.activation !== activation)
  return activation === undefined || other === undefined
    ? E.right(architecture)
    : E.left({
        tag: 'InvalidSetting',
        field: 'activation',
        at: activation,
        problem: `${path} says that the activation is ${other.activation}`,
        advice: 'leave it out, or correct the configuration if it is wrong',
      })
}

/**
 * The CLIP of an architecture that was inferred from tensors, with what configurations state. Without one, it is as in
 * OpenAI's CLIPs but for the activation that is asked for, and `assumed` says so.
 *
 * Fails with `DecodeFailed` if configurations contradict the tensors or each other, with `InvalidSetting` if the activation
 * that is asked for is another one.
 */
export const completedClip = (
  { facts, preprocessing }: Companions,
  inferred: ClipArchitecture,
  options: ClipOptions = {},
): E.Either<Failure, CompletedClip> =>
  pipe(
    E.Do,
    E.bind('stated', () =>
      pipe(
        facts,
        E.traverseArray((one) =>
          pipe(
            withFacts(one, inferred),
            E.map((value) => ({ path: one.path, value })),
          ),
        ),
      ),
    ),
    E.bind('architecture', ({ stated }) => agreed(stated, factsInWords)),
    E.bind('images', () =>
      pipe(
        preprocessing,
        E.traverseArray(({ path, preprocessing: value, sizes }) => {
          const problems = wrongSizes(sizes, inferred)
          return problems.length > 0
            ? E.left<Failure>({ tag: 'DecodeFailed', path, problems })
            : E.right({ path, value })
        }),
        E.flatMap((all) => agreed(all, (value) => ({ ...value }))),
      ),
    ),
    E.flatMap(({ stated: [first], architecture, images }) => {
      const assumedOfImages: readonly Assumption[] = images === undefined ? ['preprocessing'] : []
      const prepared = images ?? openAiPreprocessing
      if (architecture !== undefined)
        return pipe(
          checkActivation(first?.path ?? '', architecture, options),
          E.map((checked) => ({ architecture: checked, preprocessing: prepared, assumed: assumedOfImages })),
        )
      const { activation } = options
      return E.right({
        architecture:
          activation === undefined ? inferred : sameBlocks(inferred, { ...openAiBlocks, activation }),
        preprocessing: prepared,
        assumed: [
          ...(activation === undefined ? (['activation'] as const) : []),
          'epsilon',
          'heads',
          ...assumedOfImages,
        ],
      })
    }),
  )
