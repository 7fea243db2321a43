/**
 * Training a small CLIP from scratch on a folder of images, with captions made from domain and class names.
 *
 * Captions of a folder are few, so instead of contrasting images with the captions that happen to be in the batch
 * (where two of one class would be counted as a mismatch), every image is contrasted with all captions once: with
 * those of every domain and class, and with those of every class.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { add, argMax, exp, input, minimum, mul, parameter, sized } from '../../dsl/index.js'
import type { Dim, Tensor } from '../../dsl/index.js'
import { foldIn, keyFromSeed, permutation } from '../../values/random-key.js'
import type { RandomKey } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import { crossEntropy } from '../../losses/index.js'
import type { ClipArchitecture, VisionTransformerClip } from '../../model/index.js'
import { clipDims, initialClip, textEncoder, tokenEmbedding, visionTransformer } from '../../model/index.js'
import { sharedTextLogits } from '../../model/towers/cosine-logits.js'
import { clipContextLength } from '../../model/tokenizer/tokenizer.js'
import type { Tokenizer } from '../../model/tokenizer/tokenizer.js'
import type { Schedule, TrainStep } from '../../optimizers/index.js'
import {
  adamW,
  chain,
  clipByGlobalNorm,
  cosineSchedule,
  scaleByName,
  trainStep,
} from '../../optimizers/index.js'
import { clipTransform } from '../encoding/adaptable-clip.js'
import { tokenRows } from '../adaptation/class-prompts.js'
import { domainsDigest } from '../inputs/digests.js'
import { checkInputs, keepInputs } from '../inputs/kept-digests.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { printLine, withFolder } from '../../effects/operations.js'
import { labelTensor, pickRows } from '../../values/rows.js'
import { stepFigures } from '../../training/step-figures.js'
import { writeSafetensors } from '../../formats/safetensors/file.js'
import { openAiPreprocessing } from '../../formats/checkpoints/image-preprocessing.js'
import { writeConfigurations } from '../../formats/checkpoints/written-configuration.js'
import { chanceWarnings } from '../evaluation/collapse.js'
import { fitRecorded } from '../../training/fit.js'
import { optimizerIn } from '../../training/half-precision.js'
import { beginRun } from '../../training/run-configuration.js'
import { checkStart } from '../../training/run-directory.js'
import { checkArchitecture, pretrainArchitecture } from './architecture.js'
import { augment, drawAugmentation } from './augmentation.js'
import { captionTemplates, classCaptions, domainCaptions } from './captions.js'
import type { PretrainConfiguration } from './configuration.js'
import { pretrainConfiguration } from './configuration.js'
import type { DomainImage, DrawnSteps } from './image-source.js'
import { readImages, withPixels } from './image-source.js'
import { imagesKept } from './memory.js'
import { pretrainingLine } from './pretraining-line.js'
import type { PretrainingOptions } from './pretraining-start.js'
import { pretrainedPath, pretrainingRun, readyData } from './pretraining-start.js'
import { programRejected } from '../../engines/failure.js'

/** The largest scale of CLIP's logits (Radford et al. 2021, sec. 2.5). */
const largestScale = 100

/** Logits [B,U] of images against captions; the end of a caption is its largest id. */
const captionLogits = <U extends Dim>(
  architecture: ClipArchitecture,
  feature: Tensor<['B', 'E']>,
  captions: Tensor<[U, 'X'], 'i32'>,
): Tensor<['B', U]> => {
  const texts = textEncoder(architecture)(tokenEmbedding(architecture)(captions), argMax(captions, 1))
  const scale = minimum(exp(parameter('logit_scale', [])), largestScale)
  return sharedTextLogits({ logitScale: scale }, feature, texts)
}

/**
 * The text tower learns at a lower rate than the image tower. At the same rate training collapses: while image features
 * carry no information yet, the loss falls fastest by making all captions alike, and then nothing is learned.
 */
const isTextParameter = (name: string): boolean => !name.startsWith('visual.') && name !== 'logit_scale'

/** The learning rate of the image tower. */
const rateOf = (
  { learningRate, warmUpEpochs }: PretrainConfiguration,
  steps: number,
  stepsPerEpoch: number,
): Schedule =>
  cosineSchedule({ peak: learningRate, total: steps, warmUp: Math.round(warmUpEpochs * stepsPerEpoch) })

/** One step on images of pixels between 0 and 1, after their augmentation: what `pretrainClip` takes at sizes `B`, `U` and `K`. */
export const pretrainStep = (
  architecture: VisionTransformerClip,
  configuration: PretrainConfiguration,
  captionLength: number,
  steps: number,
  stepsPerEpoch: number,
): E.Either<Failure, TrainStep> => {
  const { side } = clipDims(architecture)
  const images = augment(input('images', ['B', 3, side, side]), side)
  const { feature } = visionTransformer(architecture)(images)
  const length = sized('X', captionLength)
  const ofDomains = crossEntropy(
    captionLogits(architecture, feature, input('domainCaptions', ['U', length], 'i32')),
    input('domainLabels', ['B'], 'i32'),
  )
  const ofClasses = crossEntropy(
    captionLogits(architecture, feature, input('classCaptions', ['K', length], 'i32')),
    input('classLabels', ['B'], 'i32'),
  )
  return pipe(
    trainStep(
      { loss: mul(add(ofDomains, ofClasses), 0.5), report: { ofDomains, ofClasses } },
      optimizerIn(
        configuration.precision,
        chain(
          clipByGlobalNorm(1),
          adamW({
            learningRate: rateOf(configuration, steps, stepsPerEpoch),
            weightDecay: configuration.weightDecay,
            beta2: 0.98,
            epsilon: 1e-6,
          }),
          scaleByName((name) => (isTextParameter(name) ? configuration.textRate : 1)),
        ),
      ),
    ),
    E.mapLeft(programRejected('pretraining step')),
  )
}

/**
 * Captions use few tokens of the vocabulary, so only their embeddings are trained, as a small table. When the model is
 * saved, they are written into the whole table; the other embeddings keep their initial values.
 */
interface CompactVocabulary {
  /** Ids of the whole vocabulary, ascending. */
  readonly used: readonly number[]
  readonly compact: (rows: TensorValue) => TensorValue
}

const compactVocabulary = (tables: readonly TensorValue[]): CompactVocabulary => {
  const used = [...new Set(tables.flatMap(({ data }) => Array.from(data)))].toSorted((a, b) => a - b)
  const positions = new Map(used.map((id, i) => [id, i]))
  return {
    used,
    compact: ({ shape, data }) => ({
      dtype: 'i32',
      shape,
      data: Int32Array.from(data, (id) => positions.get(id) ?? 0),
    }),
  }
}

const expandTable = (whole: TensorValue, rows: TensorValue, used: readonly number[]): TensorValue => {
  const data = Float32Array.from(whole.data)
  const width = whole.shape[1] ?? 1
  used.forEach((id, row) => data.set(rows.data.subarray(row * width, (row + 1) * width), id * width))
  return { dtype: 'f32', shape: whole.shape, data }
}

const embeddingName = 'token_embedding.weight'

/** Every caption that a template makes, padded to one length. */
const captionTables = (
  tokenizer: Tokenizer,
  domains: readonly string[],
  classes: readonly string[],
): E.Either<
  Failure,
  { readonly ofDomains: readonly TensorValue[]; readonly ofClasses: readonly TensorValue[] }
> => {
  const ofDomains = captionTemplates.withDomain.map((template) => domainCaptions(template, domains, classes))
  const ofClasses = captionTemplates.withoutDomain.map((template) => classCaptions(template, classes))
  const all = [...ofDomains, ...ofClasses]
  return pipe(
    tokenRows(tokenizer, all.flat(), clipContextLength),
    E.map(({ rows }) => {
      const starts = all.reduce<readonly number[]>(
        (sofar, texts) => [...sofar, (sofar.at(-1) ?? 0) + texts.length],
        [0],
      )
      const tables = all.map((texts, i) =>
        pickRows(
          rows,
          texts.map((_, row) => (starts[i] ?? 0) + row),
        ),
      )
      return { ofDomains: tables.slice(0, ofDomains.length), ofClasses: tables.slice(ofDomains.length) }
    }),
  )
}

/** The images of each step, in another order in each pass over them: a function of the seed. */
const drawnSteps = (
  count: number,
  { batch, epochs }: PretrainConfiguration,
  stepsPerEpoch: number,
  key: RandomKey,
): DrawnSteps => {
  const orders = Array.from({ length: epochs }, (_, pass) => permutation(foldIn(key, pass), count))
  return {
    steps: epochs * stepsPerEpoch,
    imagesOf: (step) => {
      const order = orders[Math.floor(step / stepsPerEpoch)] ?? []
      const first = (step % stepsPerEpoch) * batch
      return Array.from({ length: batch }, (_, i) => order[(first + i) % count] ?? 0)
    },
  }
}

/** The batch of a step from the pixels of its images: a function of the seed and the number of the step. */
const batchOf = (
  tables: { readonly ofDomains: readonly TensorValue[]; readonly ofClasses: readonly TensorValue[] },
  classCount: number,
  configuration: PretrainConfiguration,
  key: RandomKey,
): ((step: number, images: readonly DomainImage[], pixels: TensorValue) => NamedValues) => {
  const nothing = labelTensor([])
  return (step, images, pixels) => ({
    images: pixels,
    domainLabels: labelTensor(images.map(({ domain, label }) => domain * classCount + label)),
    classLabels: labelTensor(images.map(({ label }) => label)),
    domainCaptions: tables.ofDomains[step % tables.ofDomains.length] ?? nothing,
    classCaptions: tables.ofClasses[step % tables.ofClasses.length] ?? nothing,
    ...drawAugmentation(
      foldIn(foldIn(key, -1), step),
      configuration.batch,
      configuration.resolution,
      configuration,
    ),
  })
}

/**
 * Trains a CLIP from scratch and writes `clip.safetensors` to the directory, and `open_clip_config.json` next to it. Fails with
 * `OutputTaken` or `RunMissing` if the run cannot start so in its directory (see `RunStart`), with `InvalidSetting` where the
 * pretraining cannot be meant (see `checkPretraining`).
 *
 * @example
 * interpret(pretrainClip(pretraining, { directory: 'runs/clip', tokenizer: clipTokenizer, start: 'new' }))
 */
export const pretrainClip = (
  configuration: PretrainConfiguration,
  options: PretrainingOptions,
): Effect.Effect<NamedValues> => {
  const { directory, tokenizer, start, trackers } = options
  const whole = pretrainArchitecture(configuration, tokenizer.vocabulary.tokens.length)
  const key = keyFromSeed(configuration.seed)
  const transform = clipTransform(whole)
  const pretraining = pipe(
    Effect.Do,
    Effect.bind('data', () => readyData(configuration, options)),
    Effect.tap(({ data }) => printLine(pretrainingLine(configuration, data, directory))),
    Effect.let('digests', ({ data }) => ({ domains: domainsDigest(data) })),
    Effect.tap(({ digests }) =>
      beginRun(directory, pretrainConfiguration, configuration, {
        kind: pretrainingRun,
        start,
        checkInputs: checkInputs(directory, digests),
      }),
    ),
    Effect.tap(({ digests }) => keepInputs(directory, digests)),
    Effect.bindEither('texts', ({ data }) => captionTables(tokenizer, configuration.domains, data.classes)),
    Effect.let('model', ({ data, texts }) => {
      const { used, compact } = compactVocabulary([...texts.ofDomains, ...texts.ofClasses])
      const architecture = { ...whole, vocabSize: used.length }
      const initial = initialClip(whole, key, configuration)
      const table = initial[embeddingName] ?? labelTensor([])
      const stepsOf = (images: number): number => Math.max(Math.floor(images / configuration.batch), 1)
      return {
        used,
        initial,
        table,
        weights: { ...initial, [embeddingName]: pickRows(table, used) },
        tables: { ofDomains: texts.ofDomains.map(compact), ofClasses: texts.ofClasses.map(compact) },
        sizes: {
          B: configuration.batch,
          U: data.classes.length * configuration.domains.length,
          K: data.classes.length,
        },
        stepsOf,
        /** The step of a training on so many images. */
        stepFor: (images: number): E.Either<Failure, TrainStep> =>
          pretrainStep(
            architecture,
            configuration,
            texts.ofClasses[0]?.shape[1] ?? 0,
            configuration.epochs * stepsOf(images),
            stepsOf(images),
          ),
      }
    }),
    Effect.let('listed', ({ data }) =>
      data.domains.flatMap(({ training }, domain) => training.map((image) => ({ ...image, domain }))),
    ),
    Effect.bindEither('most', ({ model, listed }) =>
      pipe(
        model.stepFor(listed.length),
        E.flatMap((step) => imagesKept(configuration, { ...model, step })),
      ),
    ),
    Effect.bind('images', ({ listed, most }) => readImages(transform, listed, most)),
    Effect.flatMap(({ data, model, images: read }) => {
      const { used, initial, table, tables } = model
      const count = read.images.length
      const stepsPerEpoch = model.stepsOf(count)
      const drawn = drawnSteps(count, configuration, stepsPerEpoch, foldIn(key, 1))
      const batch = batchOf(tables, data.classes.length, configuration, foldIn(key, 1))
      const imagesOf = (step: number): readonly DomainImage[] =>
        drawn.imagesOf(step).flatMap((image) => read.images[image] ?? [])
      return pipe(
        Effect.fromEither(model.stepFor(count)),
        Effect.flatMap((step) =>
          withPixels(read, transform, drawn, (pixels) =>
            fitRecorded({
              label: 'pretraining',
              directory,
              trackers,
              step,
              sizes: model.sizes,
              weights: model.weights,
              weightsFrom: 'initial weights',
              steps: drawn.steps,
              batch: (index) =>
                pipe(
                  pixels(index),
                  Effect.map((images) => batch(index, imagesOf(index), images)),
                ),
              saveEvery: stepsPerEpoch,
              onStep: stepFigures(rateOf(configuration, drawn.steps, stepsPerEpoch), stepsPerEpoch),
              start: 'resumeOrNew',
              examples: (index) => imagesOf(index).map(({ path }) => path),
            }),
          ),
        ),
        Effect.tap(({ metrics }) =>
          pipe(
            chanceWarnings(
              metrics.flatMap(({ ofClasses }) => ofClasses ?? []),
              data.classes.length,
              'Train for longer, on more images, or at another learning rate or seed: zero-shot classification with this CLIP is a guess',
            ),
            Effect.traverseArray((warning) => printLine(`warning: ${warning}`)),
          ),
        ),
        Effect.map(({ state }) => {
          const learned = Object.fromEntries(Object.entries(state).filter(([name]) => name in initial))
          const rows = learned[embeddingName] ?? table
          return { ...learned, [embeddingName]: expandTable(table, rows, used) }
        }),
        Effect.tap((weights) => writeSafetensors(pretrainedPath(directory), weights)),
        Effect.tap(() =>
          writeConfigurations(directory, 'openai', {
            architecture: whole,
            preprocessing: openAiPreprocessing,
            assumed: [],
          }),
        ),
      )
    }),
  )
  return pipe(
    Effect.fromEither(checkArchitecture(configuration)),
    Effect.apSecond(checkStart(directory, pretrainingRun, start)),
    Effect.apSecond(withFolder(directory, pretraining)),
  )
}
