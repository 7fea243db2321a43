/** A method on a CLIP and on classes: what its programs are built from, and their inputs that no image changes. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { input, sized } from '../../dsl/index.js'
import type { TensorValue } from '../../values/value.js'
import type {
  AdaptationMethod,
  ChosenMethod,
  ClassTexts,
  MethodName,
  PromptForm,
  PromptMethod,
} from '../../methods/index.js'
import { definitionOf, inductiveNames, methodOn, misfitOf } from '../../methods/index.js'
import type { ClipTowers } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import type { AdaptableClip } from '../encoding/adaptable-clip.js'
import type { PromptTokenizer, WrittenPrompts } from './class-prompts.js'
import { placeholderPrompts, templatePrompts, templateTokens } from './class-prompts.js'
import type { MethodConfiguration } from './configuration.js'
import { zeroShotClassifier } from './zero-shot-classifier.js'
import { largest } from '../../values/extremes.js'

/** A task of a method of one kind, or of either. */
export interface AdaptationTask<M extends AdaptationMethod = AdaptationMethod> {
  readonly clip: AdaptableClip
  readonly classes: readonly string[]
  readonly method: M
  /** Token rows [K,X] of the method's prompts. */
  readonly prompts: TensorValue
  /** Tokens in the prompt of each class, start and end included. */
  readonly lengths: readonly number[]
  /** CLIP's own classifier [K,E]. */
  readonly zeroShot: TensorValue
}

/** The template that prompts begin as. */
const firstTemplate = ({ templates }: MethodConfiguration): E.Either<Failure, string> => {
  const [first] = templates
  return first === undefined
    ? E.left({
        tag: 'InvalidSetting',
        field: 'templates',
        problem: 'there is none',
        advice: "give one, such as 'a photo of a {}.'",
      })
    : E.right(first)
}

/** Fails with `InvalidSetting` where a method's settings do not fit a CLIP. */
export const checkSettings = <N extends MethodName>(
  chosen: ChosenMethod<N>,
  towers: ClipTowers,
): E.Either<Failure, void> => {
  const misfit = misfitOf(chosen, towers)
  if (misfit === undefined) return E.right(undefined)
  const { setting, problem, advice } = misfit
  return E.left({ tag: 'InvalidSetting', field: `settings.${setting}`, problem, advice })
}

/** How the prompts of a method are written. One that classifies all images at once reads CLIP's own classifier. */
const promptForm = (method: AdaptationMethod): PromptForm =>
  method.tag === 'Inductive' ? method.prompts : { tag: 'None' }

/**
 * The method that a configuration names, on an architecture. Fails with `InvalidSetting` where its settings do not fit the
 * CLIP, and where it asks for a template's words and there are none before the name.
 */
export const configuredMethod = <N extends MethodName>(
  chosen: ChosenMethod<N>,
  towers: ClipTowers,
  words: number,
): E.Either<Failure, AdaptationMethod> =>
  pipe(
    checkSettings(chosen, towers),
    E.map((): AdaptationMethod => methodOn(towers, chosen, { templateTokens: words })),
    E.filterOrElse(
      (method) => promptForm(method).tag !== 'Template' || words > 0,
      (): Failure => ({
        tag: 'InvalidSetting',
        field: 'templates',
        problem: 'prompts begin as the words before the name, and there are none',
        advice: "give a template such as 'a photo of a {}.'",
      }),
    ),
  )

/**
 * The same, where it must classify image by image. Fails with `InvalidSetting` for a method that classifies all images of a target
 * at once, too.
 */
export const inductiveMethod = <N extends MethodName>(
  chosen: ChosenMethod<N>,
  towers: ClipTowers,
  words: number,
): E.Either<Failure, PromptMethod> =>
  pipe(
    configuredMethod(chosen, towers, words),
    E.flatMap((method) =>
      method.tag === 'Inductive'
        ? E.right(method)
        : E.left<Failure>({
            tag: 'InvalidSetting',
            field: 'method',
            problem: `${definitionOf(chosen.method).title} classifies all images of a target at once, and has no classifier of one image`,
            advice: `take a method that classifies image by image: ${inductiveNames.join(', ')}`,
          }),
    ),
  )

const promptRows = (
  form: PromptForm,
  template: string,
  tokenizer: PromptTokenizer,
  classes: readonly string[],
  contextLength: number,
): E.Either<Failure, WrittenPrompts> =>
  form.tag === 'Placeholders'
    ? placeholderPrompts(tokenizer, classes, form.count, contextLength)
    : templatePrompts(tokenizer, classes, template, contextLength)

/** Fails if the text encoder has another vocabulary than the tokenizer, whose last token ends a text. */
const checkVocabulary = (
  { path, vocabularySize }: AdaptableClip,
  { vocabulary: { endOfText } }: PromptTokenizer,
): E.Either<Failure, void> =>
  vocabularySize === undefined || vocabularySize === endOfText + 1
    ? E.right(undefined)
    : E.left({
        tag: 'FileUnsupported',
        path,
        found: `a CLIP of ${vocabularySize} tokens, and the tokenizer writes those of a vocabulary of ${endOfText + 1}`,
        advice: 'take a CLIP with the vocabulary of the tokenizer',
      })

/** The task of a configuration. The engine runs CLIP's text encoder on the templates once. */
export const adaptationTask = (
  configuration: MethodConfiguration,
  clip: AdaptableClip,
  classes: readonly string[],
  tokenizer: PromptTokenizer,
): Effect.Effect<AdaptationTask> => {
  const { towers } = clip
  return pipe(
    Effect.Do,
    Effect.bindEither('template', () => firstTemplate(configuration)),
    Effect.bindEither('method', ({ template }) =>
      configuredMethod(configuration, towers, templateTokens(tokenizer, template)),
    ),
    Effect.bindEither('written', ({ template, method }) =>
      promptRows(promptForm(method), template, tokenizer, classes, towers.text.contextLength),
    ),
    Effect.tapEither(() => checkVocabulary(clip, tokenizer)),
    Effect.bind('zeroShot', () => zeroShotClassifier(clip, tokenizer, classes, configuration.templates)),
    Effect.map(({ method, written, zeroShot }) => ({
      clip,
      classes,
      method,
      prompts: written.rows,
      lengths: written.lengths,
      zeroShot,
    })),
  )
}

/** Tokens in the prompts of the classes: of each one, or of all, which may be any number of classes then. */
export type PromptLengths = number | readonly number[]

/** The classes as inputs of a program, of prompts of these lengths. */
export const classTextInputs = ({ embedding }: ClipTowers, lengths: PromptLengths): ClassTexts => {
  if (typeof lengths === 'number') {
    const tokens = input('prompts', ['K', sized('X', lengths)], 'i32')
    return { prompts: { tokens }, zeroShot: input('zeroShot', ['K', embedding]) }
  }
  const classes = sized('K', lengths.length)
  return {
    prompts: { tokens: input('prompts', [classes, sized('X', largest(lengths))], 'i32'), lengths },
    zeroShot: input('zeroShot', [classes, embedding]),
  }
}

/** The values of these inputs. */
export const classTextValues = ({ prompts, zeroShot }: AdaptationTask): NamedValues => ({ prompts, zeroShot })
