/**
 * Whether this library and its peers in PyTorch compute the same: one step of AD-CLIP on the same weights and inputs, of
 * sizes that take a second, every term of the loss and every gradient compared.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { failure } from 'io-ts/lib/PathReporter.js'
import { gradientNodes, programOfNodes } from '../src/dsl/index.js'
import type { AnyTensor, Program } from '../src/dsl/index.js'
import type { TensorValue } from '../src/values/value.js'
import { topologicalOrder } from '../src/dsl/walk.js'
import type { NamedValues } from '../src/values/named-values.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { explain } from '../src/effects/explain.js'
import { encodeSafetensors } from '../src/formats/safetensors/encode.js'
import type { VisionTransformerClip } from '../src/model/index.js'
import { openAiBlocks } from '../src/model/index.js'
import type { StepSetting } from './ad-clip-step.js'
import { adClipInputs, adClipLoss, stepSizes } from './ad-clip-step.js'
import type { Peer } from './cases.js'
import { drawnWeight } from './drawn-data.js'
import { pythonCommand } from './peer-command.js'

export const comparedPeers = ['pytorch, as released', 'pytorch, shared prefix'] as const

/** How far results may be apart, as shares of the loss, or of a gradient's largest element. */
export const tolerances = { losses: 1e-4, gradients: 1e-3 } as const

const architecture: VisionTransformerClip = {
  kind: 'vit',
  embedDim: 32,
  imageResolution: 32,
  visionLayers: 2,
  visionWidth: 64,
  visionHeads: 2,
  visionPatchSize: 8,
  contextLength: 20,
  vocabSize: 64,
  textWidth: 64,
  textHeads: 2,
  textLayers: 2,
  textBlocks: openAiBlocks,
  visionBlocks: openAiBlocks,
}

const setting: StepSetting = {
  architecture,
  batch: 3,
  endings: [3, 3, 4, 3, 5],
  imageTokens: 4,
  styleHidden: 16,
  mappingHidden: 24,
  keptFeatures: false,
}

/** Under the names of the peer's own sizes. */
const sizesForPeer = {
  patch: architecture.visionPatchSize,
  resolution: architecture.imageResolution,
  vision_width: architecture.visionWidth,
  vision_layers: architecture.visionLayers,
  vision_heads: architecture.visionHeads,
  embed: architecture.embedDim,
  text_width: architecture.textWidth,
  text_layers: architecture.textLayers,
  text_heads: architecture.textHeads,
  context: architecture.contextLength,
  vocabulary: architecture.vocabSize,
  image_tokens: setting.imageTokens,
  style_hidden: setting.styleHidden,
  mapping_hidden: setting.mappingHidden,
  endings: setting.endings,
}

/** Terms of the loss by name, and gradients of the total by the parameters that are trained. */
interface StepResults {
  readonly losses: Readonly<Record<string, number>>
  readonly gradients: Readonly<Record<string, readonly number[]>>
}

const answer = t.union([
  t.type({ tag: t.literal('skipped'), reason: t.string }),
  t.type({
    tag: t.literal('checked'),
    losses: t.record(t.string, t.number),
    gradients: t.record(t.string, t.array(t.number)),
  }),
])

const gradientPrefix = 'gradient of '

/** The loss, its terms and its gradients as outputs of one program. */
const stepProgram = (): E.Either<string, Program> => {
  const { total, terms, isTrainable } = adClipLoss(setting)
  const learned = topologicalOrder([total.node]).flatMap((node) =>
    node.op === 'parameter' && isTrainable(node.attributes.name) ? [node] : [],
  )
  const gradients = gradientNodes(total.node, learned).map(
    (node, i) => [`${gradientPrefix}${learned[i]?.attributes.name ?? ''}`, node] as const,
  )
  return pipe(
    programOfNodes({
      ...R.map(({ node }: AnyTensor) => node)({ total, ...terms }),
      ...Object.fromEntries(gradients),
    }),
    E.mapLeft(({ message }) => message),
  )
}

/** Matrices are drawn larger than the bench's own, so that no term of the loss is lost in rounding. */
const matrixScale = 8

const drawnWeights = ({ parameters }: Program): NamedValues =>
  Object.fromEntries(
    parameters.map(({ attributes: { name, shape, dtype } }, i) => {
      const value = drawnWeight(name, shape.map(Number), dtype, 7 * i)
      return [
        name,
        shape.length > 1 && value.dtype === 'f32'
          ? { ...value, data: value.data.map((x) => x * matrixScale) }
          : value,
      ]
    }),
  )

const ourResults = (program: Program, weights: NamedValues): TE.TaskEither<string, StepResults> =>
  pipe(
    onnxEngine({ threads: 2 }).compile(program, { sizes: stepSizes(setting), weights, state: [] }),
    TE.flatMap((executable) =>
      pipe(
        executable.run(adClipInputs(setting)),
        TE.chainFirst(() => executable.dispose()),
      ),
    ),
    TE.bimap(explain, (outputs) => {
      const { left: losses, right: gradients } = pipe(
        outputs,
        R.partitionWithIndex((name) => name.startsWith(gradientPrefix)),
      )
      return {
        losses: R.map(({ data }: TensorValue) => data[0] ?? Number.NaN)(losses),
        gradients: Object.fromEntries(
          Object.entries(gradients).map(([name, { data }]) => [name.slice(gradientPrefix.length), [...data]]),
        ),
      }
    }),
  )

/** Runs a command with the path of a temporary file as its last argument. Right: what it printed. */
const runOnFile = async (
  [command, options]: readonly [string, readonly string[]],
  bytes: readonly Uint8Array[],
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'same-as-pytorch-'))
  try {
    const path = join(folder, 'step.safetensors')
    await writeFile(path, bytes)
    return (await promisify(execFile)(command, [...options, path], { maxBuffer: 2 ** 28 })).stdout
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The peer's results for these tensors; skipped where there is no Python, or no PyTorch. */
const peerAnswer = (peer: Peer, tensors: NamedValues): TE.TaskEither<string, t.TypeOf<typeof answer>> =>
  pipe(
    encodeSafetensors('step', tensors, { metadata: { sizes: JSON.stringify(sizesForPeer) } }),
    E.mapLeft(explain),
    TE.fromEither,
    TE.flatMap((bytes) => TE.tryCatch(() => runOnFile(pythonCommand('clip_check.py', peer), bytes), String)),
    TE.flatMapEither((said) => E.tryCatch((): unknown => JSON.parse(said), String)),
    TE.flatMapEither((said) =>
      E.mapLeft((errors: t.Errors) => failure(errors).join('; '))(answer.decode(said)),
    ),
    TE.orElse((problem) =>
      problem.includes('ENOENT')
        ? TE.right({ tag: 'skipped' as const, reason: 'there is no Python' })
        : TE.left(problem),
    ),
  )

/** How far results are apart: of losses, and of each gradient, as shares of what the peer has. */
export interface Distances {
  readonly losses: Readonly<Record<string, number>>
  readonly gradients: Readonly<Record<string, number>>
}

type Lists = Readonly<Record<string, readonly number[]>>

const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs))

/**
 * For each name, the largest difference as a share of the largest element that the peer has there, or of `least`: what
 * is zero but for rounding is compared with that. Infinite where one side lacks a name or elements.
 */
const distances = (ours: Lists, theirs: Lists, least: number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].map((name) => {
      const [own = [], other = []] = [ours[name], theirs[name]]
      if (own.length !== other.length || own.length === 0) return [name, Infinity]
      const difference = largest(other.map((value, i) => value - (own[i] ?? Number.NaN)))
      return [name, difference / Math.max(largest(other), least)]
    }),
  )

/**
 * The mixing layer's bias moves all features of a token alike, which every layer normalisation takes away again: its
 * gradient is zero. So gradients are also compared with this share of the largest of all.
 */
const negligible = 1e-3

const compare = (ours: StepResults, theirs: StepResults): Distances => ({
  losses: distances(R.map(listOf)(ours.losses), R.map(listOf)(theirs.losses), 0),
  gradients: distances(
    ours.gradients,
    theirs.gradients,
    negligible * largest(Object.values(theirs.gradients).map(largest)),
  ),
})

const listOf = (value: number): readonly number[] => [value]

/** A comparison with one peer: how far apart the two are, or why they were not compared. */
export type Comparison =
  ({ readonly tag: 'compared' } & Distances) | { readonly tag: 'skipped'; readonly reason: string }

/** Compares one step with a peer's. Left: the comparison failed for another reason than a missing PyTorch. */
export const compareWith = (peer: (typeof comparedPeers)[number]): TE.TaskEither<string, Comparison> =>
  pipe(
    TE.Do,
    TE.bind('program', () => TE.fromEither(stepProgram())),
    TE.let('weights', ({ program }) => drawnWeights(program)),
    TE.bind('theirs', ({ weights }) => peerAnswer(peer, { ...weights, ...adClipInputs(setting) })),
    TE.flatMap(({ program, weights, theirs }) =>
      theirs.tag === 'skipped'
        ? TE.right<string, Comparison>(theirs)
        : pipe(
            ourResults(program, weights),
            TE.map((ours): Comparison => ({ tag: 'compared', ...compare(ours, theirs) })),
          ),
    ),
  )

/** The largest distance, with its name. */
export const furthest = (found: Readonly<Record<string, number>>): readonly [string, number] =>
  Object.entries(found).reduce<readonly [string, number]>(
    (worst, each) => (each[1] <= worst[1] ? worst : each),
    ['nothing', 0],
  )

/** Compares with every peer and says so, a line each. False where one computes something else, or cannot be asked. */
export const reportComparisons = async (print: (line: string) => void): Promise<boolean> => {
  let agrees = true
  for (const peer of comparedPeers) {
    const outcome = await compareWith(peer)()
    if (E.isLeft(outcome)) {
      agrees = false
      print(`${peer}: ${outcome.left}`)
    } else if (outcome.right.tag === 'skipped') {
      print(`${peer}: skipped: ${outcome.right.reason}`)
    } else {
      const [loss, gradient] = [furthest(outcome.right.losses), furthest(outcome.right.gradients)]
      agrees = agrees && loss[1] < tolerances.losses && gradient[1] < tolerances.gradients
      const worst = `losses within ${loss[1].toExponential(1)} (${loss[0]}), gradients within ${gradient[1].toExponential(1)} (${gradient[0]})`
      print(`${peer}: ${worst}`)
    }
  }
  return agrees
}
