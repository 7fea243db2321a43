/** What the cases compute: programs of this library with their sizes and inputs, and how many operations they take. */
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Record.js'
import type { AnyTensor, Program, Tensor } from '../src/dsl/index.js'
import {
  countOperations,
  floatingPointOperations,
  gradient,
  input,
  matmul,
  mul,
  parameter,
  programOfNodes,
  sum,
} from '../src/dsl/index.js'
import type { PublishedName } from '../src/model/index.js'
import {
  clipDims,
  encodeImages,
  publishedArchitectures,
  publishedNames,
  textEncoder,
} from '../src/model/index.js'
import type { NamedValues } from '../src/values/named-values.js'
import type { StepSetting } from './ad-clip-step.js'
import { adClipStep, officeHomeStep, stepSizes } from './ad-clip-step.js'
import { productName } from './cases.js'
import { drawnValue } from './drawn-data.js'

/** A program without a state, and what it is run on. */
export interface Computation {
  readonly program: E.Either<unknown, Program>
  readonly sizes: Readonly<Record<string, number>>
  readonly inputs: NamedValues
}

export const matrixProduct = (): Computation => ({
  program: programOfNodes({ product: matmul(input('x', [1576, 768]), parameter('w', [768, 3072])).node }),
  sizes: {},
  inputs: { x: drawnValue([1576, 768], 1) },
})

const pairsOfProducts = 12
const pairsOfWeights = 3

/** Products alone, one after the other, for as long as the other cases take: what the machine gives to them, with hardly a copy. */
export const matrixProducts = (): Computation => {
  const to = (i: number) => parameter(`to.${i % pairsOfWeights}`, [768, 3072])
  const back = (i: number) => parameter(`back.${i % pairsOfWeights}`, [3072, 768])
  const rows = Array.from({ length: pairsOfProducts }).reduce<Tensor<[1576, 768]>>(
    (x, _, i) => matmul(matmul(x, to(i)), back(i)),
    input('x', [1576, 768]),
  )
  return {
    program: programOfNodes({ rows: rows.node }),
    sizes: {},
    inputs: { x: drawnValue([1576, 768], 1) },
  }
}

/** Floating-point operations of one run of `matrixProducts`. */
export const operationsOfProducts = 2 * pairsOfProducts * 2 * 1576 * 768 * 3072

const imageFeatures = (name: PublishedName, batch: number): Computation => {
  const architecture = publishedArchitectures[name]
  const { side } = clipDims(architecture)
  const images = input('images', ['B', 3, side, side])
  const { feature, levels } = encodeImages(architecture)(images)
  const moments: Readonly<Record<string, AnyTensor>> = Object.fromEntries(
    levels.flatMap((level, i) => [
      [`mean.${i}`, level.mean],
      [`deviation.${i}`, level.deviation],
    ]),
  )
  return {
    program: programOfNodes(R.map(({ node }: AnyTensor) => node)({ feature, ...moments })),
    sizes: { B: batch },
    inputs: { images: drawnValue([batch, 3, 224, 224], 1) },
  }
}

const textTower = (): Computation => {
  const architecture = publishedArchitectures['ViT-B/16']
  const { textWidth, embedding } = clipDims(architecture)
  const prompts = input('prompts', [16, 77, textWidth])
  const ends = input('ends', [16], 'i32')
  const features = textEncoder(architecture)(prompts, ends)
  const loss = sum(mul(features, input('cotangent', [16, embedding])))
  return {
    program: programOfNodes({ loss: loss.node, gradient: gradient(loss, prompts).node }),
    sizes: {},
    inputs: {
      prompts: drawnValue([16, 77, 512], 1, 0.02),
      ends: { dtype: 'i32', shape: [16], data: Int32Array.from({ length: 16 }, () => 76) },
      cotangent: drawnValue([16, 512], 2),
    },
  }
}

/** Cases that run a program without a state. */
export const computations: Readonly<Record<string, () => Computation>> = {
  [productName]: matrixProduct,
  'text tower, forward and backward, 16 × 77': textTower,
  ...Object.fromEntries(
    publishedNames.flatMap((name) =>
      [1, 8, 32].map((batch) => [
        `image features, ${name}, batch ${batch}`,
        () => imageFeatures(name, batch),
      ]),
    ),
  ),
}

/** Cases that take a training step of AD-CLIP, whole. */
export const steps: Readonly<Record<string, StepSetting>> = {
  'AD-CLIP step, ViT-B/16, 65 classes, 4 + 4 images': officeHomeStep(4, false),
  'AD-CLIP step, ViT-B/16, 65 classes, 4 + 4 images, kept features': officeHomeStep(4, true),
  'AD-CLIP step, ViT-B/16, 65 classes, 16 + 16 images, kept features': officeHomeStep(16, true),
}

const counted = (
  program: E.Either<unknown, Program>,
  sizes: Readonly<Record<string, number>>,
): O.Option<number> =>
  pipe(
    O.fromEither(program),
    O.chain((whole) => O.fromEither(countOperations(whole, sizes))),
    O.map(floatingPointOperations),
  )

/** Floating-point operations of one run of a case, counted from its program; none where a run is not one program's. */
export const operationsOfCase = (name: string): O.Option<number> => {
  const [computation, setting] = [computations[name], steps[name]]
  if (computation !== undefined) {
    const { program, sizes } = computation()
    return counted(program, sizes)
  }
  return setting === undefined
    ? O.none
    : counted(
        E.map(({ program }: { readonly program: Program }) => program)(adClipStep(setting)),
        stepSizes(setting),
      )
}
