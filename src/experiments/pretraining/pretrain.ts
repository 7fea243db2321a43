/**
 * Training a small CLIP from scratch on a folder of images, with captions made from domain and class names.
 *
 * Captions of a folder are few, so instead of contrasting images with the captions that happen to be in the batch
 * (where two of one class would be counted as a mismatch), every image is contrasted with all captions once: with
 * those of every domain and class, and with those of every class.
 */
import * as E from 'fp-ts/lib/Either.js'
import { join } from '../../effects/paths.js'
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
import type { TrainStep } from '../../optimizers/index.js'
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
import { checkInputs, inputsPath, keepInputs } from '../inputs/kept-digests.js'
import * as Effect from '../../effects/effect.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Failure } from '../../effects/failure.js'
import { explain } from '../../effects/explain.js'
import type { LabelledImage } from '../../data/data-set.js'
import { readDataSet } from '../../data/read-data-set.js'
import { inDecodedChunks } from '../../data/decoded-chunks.js'
import { centreView } from '../../effects/image-view.js'
import { printLine, withFolder } from '../../effects/operations.js'
import { joinRows, labelTensor, pickRows } from '../../values/rows.js'
import { writeSafetensors } from '../../formats/safetensors/file.js'
import { openAiPreprocessing } from '../../formats/checkpoints/image-preprocessing.js'
import {
  openClipConfigurationFile,
  writeConfigurations,
} from '../../formats/checkpoints/written-configuration.js'
import { chanceWarnings } from '../evaluation/collapse.js'
import { fitRecorded } from '../../training/fit.js'
import { optimizerIn } from '../../training/half-precision.js'
import { beginRun } from '../../training/run-configuration.js'
import type { RunKind } from '../../training/run-directory.js'
import { checkStart } from '../../training/run-directory.js'
import type { RunStart } from '../../training/run-start.js'
import { checkArchitecture, pretrainArchitecture } from './architecture.js'
import { augment, drawAugmentation } from './augmentation.js'
import { captionTemplates, classCaptions, domainCaptions } from './captions.js'
import { checkPretraining } from './check-pretraining.js'
import type { PretrainConfiguration } from './configuration.js'
import { pretrainConfiguration } from './configuration.js'
import { programRejected } from '../../engines/failure.js'

/** Images in memory with the numbers of their domain and class. */
interface LoadedImages {
  readonly pixels: TensorValue
  readonly domains: readonly number[]
  readonly classes: readonly number[]
}

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

const pretrainStep = (
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
            learningRate: cosineSchedule({
              peak: configuration.learningRate,
              total: steps,
              warmUp: Math.round(configuration.warmUpEpochs * stepsPerEpoch),
            }),
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

const loadChunk = 256

/** Decodes all images once; broken ones are reported and left out. */
const loadImages = (
  architecture: ClipArchitecture,
  domains: readonly (readonly LabelledImage[])[],
): Effect.Effect<LoadedImages> => {
  const all = domains.flatMap((images, domain) => images.map((image) => ({ ...image, domain })))
  return pipe(
    inDecodedChunks(
      {
        label: 'reading images',
        size: loadChunk,
        requests: ({ path }) => [{ path, view: centreView }],
        transform: clipTransform(architecture),
      },
      all,
      (chunk, { images, positions, failures }) =>
        pipe(
          failures,
          Effect.traverseArray(({ failure }) => printLine(`skipped: ${explain(failure)}`)),
          Effect.as({ images, kept: positions.flatMap((position) => chunk[position] ?? []) }),
        ),
    ),
    Effect.map((chunks) => {
      const kept = chunks.flatMap((chunk) => chunk.kept)
      return {
        pixels: joinRows(chunks.map(({ images }) => images)),
        domains: kept.map(({ domain }) => domain),
        classes: kept.map(({ label }) => label),
      }
    }),
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

/** The batch of a step: a function of the seed and the number of the step. */
const batchOf =
  (
    images: LoadedImages,
    tables: { readonly ofDomains: readonly TensorValue[]; readonly ofClasses: readonly TensorValue[] },
    classCount: number,
    configuration: PretrainConfiguration,
    key: RandomKey,
  ) =>
  (step: number): NamedValues => {
    const count = images.classes.length
    const { batch } = configuration
    const perPass = Math.max(Math.floor(count / batch), 1)
    const order = permutation(foldIn(key, Math.floor(step / perPass)), count)
    const rows = Array.from({ length: batch }, (_, i) => order[((step % perPass) * batch + i) % count] ?? 0)
    const classes = rows.map((row) => images.classes[row] ?? 0)
    const nothing = labelTensor([])
    return {
      images: pickRows(images.pixels, rows),
      domainLabels: labelTensor(
        rows.map((row, i) => (images.domains[row] ?? 0) * classCount + (classes[i] ?? 0)),
      ),
      classLabels: labelTensor(classes),
      domainCaptions: tables.ofDomains[step % tables.ofDomains.length] ?? nothing,
      classCaptions: tables.ofClasses[step % tables.ofClasses.length] ?? nothing,
      ...drawAugmentation(foldIn(foldIn(key, -1), step), batch, configuration.resolution, configuration),
    }
  }

/** Where a pretrained CLIP is written, under OpenAI's names. */
export const pretrainedPath = (directory: string): string => join(directory, 'clip.safetensors')

/** What a run leaves in its directory. */
export const pretrainingRun: RunKind = {
  kind: 'pretrain',
  result: pretrainedPath,
  traces: (directory) => [inputsPath(directory), join(directory, openClipConfigurationFile)],
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
  {
    directory,
    tokenizer,
    start,
    data: root = configuration.data,
    strict = false,
  }: {
    readonly directory: string
    readonly tokenizer: Tokenizer
    /** What is done with a run that is in the directory. */
    readonly start: RunStart
    /** Where the data set lies now, if it is no longer where the configuration says. */
    readonly data?: string
    /** Refuse images that are missing or broken, instead of leaving them out. */
    readonly strict?: boolean
  },
): Effect.Effect<NamedValues> => {
  const whole = pretrainArchitecture(configuration, tokenizer.vocabulary.tokens.length)
  const key = keyFromSeed(configuration.seed)
  const pretraining = pipe(
    Effect.Do,
    Effect.bind('data', () =>
      readDataSet(root, {
        layout: configuration.layout,
        classNames: configuration.classNames,
        domains: configuration.domains,
        strict,
      }),
    ),
    Effect.tapEither(({ data }) => checkPretraining(configuration, data)),
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
    Effect.bind('images', ({ data }) =>
      loadImages(
        whole,
        data.domains.map(({ training }) => training),
      ),
    ),
    Effect.flatMap(({ data, texts, images }) => {
      const { used, compact } = compactVocabulary([...texts.ofDomains, ...texts.ofClasses])
      const architecture = { ...whole, vocabSize: used.length }
      const initial = initialClip(whole, key, configuration)
      const table = initial[embeddingName] ?? labelTensor([])
      const tables = { ofDomains: texts.ofDomains.map(compact), ofClasses: texts.ofClasses.map(compact) }
      const stepsPerEpoch = Math.max(Math.floor(images.classes.length / configuration.batch), 1)
      const steps = configuration.epochs * stepsPerEpoch
      const draw = batchOf(images, tables, data.classes.length, configuration, foldIn(key, 1))
      return pipe(
        Effect.fromEither(
          pretrainStep(architecture, configuration, texts.ofClasses[0]?.shape[1] ?? 0, steps, stepsPerEpoch),
        ),
        Effect.flatMap((step) =>
          fitRecorded({
            label: 'pretraining',
            directory,
            step,
            sizes: {
              B: configuration.batch,
              U: data.classes.length * configuration.domains.length,
              K: data.classes.length,
            },
            weights: { ...initial, [embeddingName]: pickRows(table, used) },
            weightsFrom: 'initial weights',
            steps,
            batch: (index) => Effect.of(draw(index)),
            saveEvery: stepsPerEpoch,
            start: 'resumeOrNew',
          }),
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
