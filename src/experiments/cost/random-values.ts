/** Random weights and inputs of the right shapes, to run a program for its time and memory. */
import type { Node, NodeOf, Program, Sizes } from '../../dsl/index.js'
import { randomKey } from '../../dsl/index.js'
import type { CompileOptions } from '../../engines/engine.js'
import type { ClipArchitecture } from '../../model/index.js'
import type { TrainStep } from '../../optimizers/index.js'
import { knownSize } from '../../shapes/dim.js'
import type { NamedValues } from '../../values/named-values.js'
import type { TensorValue } from '../../values/value.js'
import { elementCount, zeros } from '../../values/value.js'

const drawn = randomKey.normal(randomKey.keyFromSeed(1), 4_093).map((value) => 0.02 * value)

/**
 * Small normal numbers, the same ones again and again: drawing a new one for each weight would take minutes. Each value begins with other ones:
 * of weights that are equal, ONNX Runtime keeps one.
 */
const randomNumbers = (count: number, first: number): Float32Array => {
  const data = new Float32Array(count)
  const begin = (997 * first) % drawn.length
  data.set(drawn.subarray(begin, Math.min(drawn.length, begin + count)))
  for (let start = drawn.length - begin; start < count; start += drawn.length) {
    data.set(drawn.subarray(0, Math.min(drawn.length, count - start)), start)
  }
  return data
}

const sizesOf = ({ shape }: Node, sizes: Sizes): readonly number[] => shape.map(knownSize(sizes))

/** A value for a leaf, the `i`th of its program. */
const randomValue = (leaf: NodeOf<'input'> | NodeOf<'parameter'>, i: number, sizes: Sizes): TensorValue => {
  const shape = sizesOf(leaf, sizes)
  return leaf.dtype === 'f32'
    ? { dtype: 'f32', shape, data: randomNumbers(elementCount(shape), i) }
    : zeros(leaf.dtype, shape)
}

/** Prompts of K classes: any tokens, and the largest, which ends a text, in the last place. */
const prompts = ([classes = 0, length = 0]: readonly number[], vocabulary: number): TensorValue => ({
  dtype: 'i32',
  shape: [classes, length],
  data: Int32Array.from({ length: classes * length }, (_, i) =>
    i % length === length - 1 ? vocabulary - 1 : (i * 7919) % (vocabulary - 1),
  ),
})

/** Inputs of a program. Those whose names end in `prompts` or `Captions` are tokens of texts; other whole numbers are zeros. */
export const randomInputs = (
  of: Program,
  sizes: Sizes,
  { vocabSize }: Pick<ClipArchitecture, 'vocabSize'>,
): NamedValues =>
  Object.fromEntries(
    of.inputs.map((leaf, i) => [
      leaf.attributes.name,
      /(prompts|Captions)$/.test(leaf.attributes.name)
        ? prompts(sizesOf(leaf, sizes), vocabSize)
        : randomValue(leaf, i, sizes),
    ]),
  )

/** Random weights for a program; a step's parameters begin as random weights, its optimizer's state as zeros. */
export const randomOptions = (of: Program, sizes: Sizes, carried: TrainStep['carried']): CompileOptions => {
  const outputs = new Map(carried.map(({ parameter, output }) => [parameter, output]))
  const isCarried = ({ attributes: { name } }: NodeOf<'parameter'>): boolean => outputs.has(name)
  return {
    sizes,
    weights: Object.fromEntries(
      of.parameters
        .filter((leaf) => !isCarried(leaf))
        .map((leaf, i) => [leaf.attributes.name, randomValue(leaf, i, sizes)]),
    ),
    state: of.parameters.filter(isCarried).map((leaf, i) => {
      const parameter = leaf.attributes.name
      const initial = parameter.startsWith('optimizer/')
        ? zeros(leaf.dtype, sizesOf(leaf, sizes))
        : randomValue(leaf, i, sizes)
      return { parameter, output: outputs.get(parameter) ?? '', initial }
    }),
  }
}
