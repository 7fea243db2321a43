/** What a configuration says of a CLIP, in the terms of its architecture and of its images. */
import * as E from 'fp-ts/lib/Either.js'
import { aboveZero, finite, notNegative } from '../../dsl/setting.js'
import type { BlockActivation, BlockForm, ClipArchitecture } from '../../model/index.js'
import { visionOutputWidth } from '../../model/index.js'
import type { Failure } from '../../effects/failure.js'
import type { ImagePreprocessing } from './image-preprocessing.js'

/** A number of heads as it is stated: of a tower of some width. `setting` is a clause that says where. */
export interface StatedHeads {
  readonly setting: string
  readonly headsOf: (width: number) => number
}

/** A size that a configuration states and tensors show as well; `undefined` where an architecture has no such size. */
export interface StatedSize {
  readonly field: string
  readonly stated: unknown
  readonly shown: (architecture: ClipArchitecture) => unknown
}

/** The facts of one configuration. Formats have defaults, which are facts as well: a field that is left out says them. */
export interface StatedFacts {
  readonly path: string
  readonly textBlocks: BlockForm
  readonly visionBlocks: BlockForm
  readonly textHeads: StatedHeads
  readonly visionHeads: StatedHeads
  readonly sizes: readonly StatedSize[]
}

/** How images are prepared, and the file that says it. */
export interface StatedPreprocessing {
  readonly path: string
  readonly preprocessing: ImagePreprocessing
  readonly sizes: readonly StatedSize[]
}

/** The names of activations in configurations of transformers. */
export const activationNames: Readonly<Record<string, BlockActivation>> = {
  quick_gelu: 'quick-gelu',
  gelu: 'gelu',
  gelu_python: 'gelu',
}

/** The sizes that a configuration states otherwise than the tensors show them, as phrases. */
export const wrongSizes = (sizes: readonly StatedSize[], architecture: ClipArchitecture): readonly string[] =>
  sizes.flatMap(({ field, stated, shown }) => {
    const [said, found] = [stated, shown(architecture)].map((size) => JSON.stringify(size))
    return said === undefined || found === undefined || said === found
      ? []
      : [`${field} is ${said}, and the tensors are those of ${found}`]
  })

/**
 * An architecture with the facts of a configuration. Fails with `DecodeFailed` if a number of heads does not divide the
 * width of its tower, or if tensors have other sizes than the configuration says.
 */
export const withFacts = (
  { path, textHeads, visionHeads, textBlocks, visionBlocks, sizes }: StatedFacts,
  architecture: ClipArchitecture,
): E.Either<Failure, ClipArchitecture> => {
  const widths = [
    { heads: textHeads, width: architecture.textWidth },
    { heads: visionHeads, width: visionOutputWidth(architecture) },
  ]
  const unequal = widths.flatMap(({ heads: { setting, headsOf }, width }) => {
    const heads = headsOf(width)
    return Number.isInteger(heads) && heads > 0 && width % heads === 0
      ? []
      : [`${setting}, which does not divide the width of ${width}`]
  })
  const problems = [...unequal, ...wrongSizes(sizes, architecture)]
  if (problems.length > 0) return E.left({ tag: 'DecodeFailed', path, problems })
  const heads = {
    textHeads: textHeads.headsOf(architecture.textWidth),
    visionHeads: visionHeads.headsOf(visionOutputWidth(architecture)),
  }
  return E.right(
    architecture.kind === 'vit'
      ? { ...architecture, ...heads, textBlocks, visionBlocks }
      : { ...architecture, ...heads, textBlocks },
  )
}

/** Two results, or what is wrong with either. */
export const both = <A, B>(
  first: E.Either<readonly string[], A>,
  second: E.Either<readonly string[], B>,
): E.Either<readonly string[], readonly [A, B]> => {
  if (E.isRight(first)) return E.isRight(second) ? E.right([first.right, second.right]) : second
  return E.left(E.isRight(second) ? first.left : [...first.left, ...second.left])
}

/** Why an epsilon of layer norms is refused, if it is. */
export const refusedEpsilon = (field: string, epsilon: number): readonly string[] =>
  notNegative.contains(epsilon) ? [] : [`${field} is ${epsilon}, which is no epsilon`]

/** Why the width of a perceptron's inner layer is refused, if it is. */
export const refusedInnerWidth = (field: string, inner: number, width: number): readonly string[] =>
  inner === 4 * width
    ? []
    : [
        `${field} gives perceptrons of ${inner} in blocks of ${width}, and only four times the width is computed here`,
      ]

/** Why means and deviations of colours are refused, if they are. `names` are those of their fields. */
export const refusedColours = (
  names: { readonly mean: string; readonly deviation: string },
  { mean, deviation }: Pick<ImagePreprocessing, 'mean' | 'deviation'>,
): readonly string[] => [
  ...(mean.every(finite.contains) ? [] : [`${names.mean} is [${mean.join(', ')}], and a mean is finite`]),
  ...(deviation.every(aboveZero.contains)
    ? []
    : [`${names.deviation} is [${deviation.join(', ')}], and a deviation is finite and above 0`]),
]
