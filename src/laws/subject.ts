/** A function whose laws are checked, built at given sizes: programs of its value, its gradients and their derivative. */
import type * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../dsl/builder.js'
import type { Sizes } from '../shapes/dim.js'
import { typedArguments } from '../dsl/erasure.js'
import type { Fault } from '../dsl/fault.js'
import type { Node } from '../dsl/primitives/primitive.js'
import type { AnyTensor, Program } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'
import { gradientNodes } from '../dsl/transformations/reverse-mode.js'
import type { AnyDimHandle } from '../shapes/dim-handle.js'
import { elementCount } from '../values/value.js'
import { topologicalOrder } from '../dsl/walk.js'
import type { Kind } from './arbitraries/kind.js'
import { normalNumber, numbersOf } from './arbitraries/random-source.js'
import type { AnyArgument, AnyTensorArgument, ValuesOf } from './argument.js'
import { sizesOfShape } from './argument.js'

/**
 * What a program computes.
 *
 * - `value`: the output;
 * - `gradients`: also the gradients of the objective;
 * - `curvature`: instead of the gradients, their derivative along a direction.
 */
export type Derivative = 'value' | 'gradients' | 'curvature'

/** A function at given sizes. */
interface BuiltSubject {
  /** Its parameters, which are drawn like its arguments. */
  readonly parameters: readonly AnyTensorArgument[]
  /**
   * Outputs `output`, `objective`, and `gradient/<name>` for every real argument and parameter. All are inputs of the
   * program. The objective is the output itself where that is a scalar, else a fixed weighting of its elements.
   */
  readonly program: (derivative: Derivative) => E.Either<Fault, Program>
}

/** Builds the function at sizes. The same sizes give the same object. */
export type Subject = (sizes: Sizes) => BuiltSubject

/** Name of the gradient by an argument among the outputs. */
export const gradientName = (name: string): string => `gradient/${name}`
/** Name of the direction in an argument among the inputs. */
export const directionName = (name: string): string => `direction/${name}`

/** Weights of a layer: small normal numbers. */
const weightKind: Kind = {
  words: 'weights',
  draw: (random, { shape }) => numbersOf(elementCount(shape), () => 0.5 * normalNumber(random)),
  repair: (elements) => elements,
}

const allAxes = ({ shape }: Node): readonly number[] => [...shape.keys()]

/** Σ cos(i) yᵢ: a weighting in which no two elements count alike; a scalar counts 1. */
const objectiveOf = (output: Node): Node => {
  const y = b.cast(output, 'f32')
  const flat = b.reshape(y, [elementCount(y.shape.map(Number))])
  return b.sum(b.mul(flat, b.cos(b.cast(b.iota(flat.shape, 0), 'f32'))), [0])
}

/** The graph with its parameters as inputs of the same names, so that an engine compiles it once for all values. */
const parametersAsInputs = (root: Node): Node => {
  const replaced = new Map<Node, Node>()
  const now = (node: Node): Node => replaced.get(node) ?? node
  for (const node of topologicalOrder([root])) {
    replaced.set(
      node,
      node.op === 'parameter'
        ? b.input(node.attributes.name, node.shape, node.dtype)
        : b.withOperands(node, node.operands.map(now)),
    )
  }
  return now(root)
}

const build = (
  takes: readonly AnyArgument[],
  apply: (values: readonly (Node | AnyDimHandle)[]) => AnyTensor,
  sizes: Sizes,
  kindOf: (parameter: string) => Kind | undefined,
): BuiltSubject => {
  const values = takes.map((argument) =>
    argument.tag === 'Size'
      ? { dim: sizes[argument.name] ?? Number.NaN }
      : b.input(argument.name, sizesOfShape(argument.shape, sizes), argument.dtype),
  )
  const { node } = apply(values)
  const parameters = topologicalOrder([node]).flatMap((leaf) =>
    leaf.op === 'parameter' ? [leaf.attributes] : [],
  )
  const output = node.fault === undefined ? parametersAsInputs(node) : node
  const objective = node.fault === undefined ? objectiveOf(output) : node
  const real = topologicalOrder([objective]).flatMap((leaf) =>
    leaf.op === 'input' && leaf.dtype === 'f32' ? [leaf] : [],
  )
  const named = (nodes: readonly Node[]): Readonly<Record<string, Node>> =>
    Object.fromEntries(
      real.flatMap(({ attributes }, i) => {
        const gradient = nodes[i]
        return gradient === undefined ? [] : [[gradientName(attributes.name), gradient]]
      }),
    )
  const outputs = {
    value: () => ({ output, objective }),
    gradients: () => ({ output, objective, ...named(gradientNodes(objective, real)) }),
    curvature: () => {
      const slope = gradientNodes(objective, real)
        .map((gradient, i) => {
          const direction = b.input(directionName(real[i]?.attributes.name ?? ''), gradient.shape)
          return b.sum(b.mul(gradient, direction), allAxes(gradient))
        })
        .reduce(b.add, b.scalar(0))
      return { output, objective, ...named(gradientNodes(slope, real)) }
    },
  } satisfies Record<Derivative, () => Readonly<Record<string, Node>>>
  const programs = new Map<Derivative, E.Either<Fault, Program>>()
  return {
    parameters: parameters.map(({ name, shape, dtype }) => ({
      tag: 'Tensor',
      name,
      shape,
      dtype,
      kind: kindOf(name) ?? weightKind,
    })),
    program: (derivative) => {
      const known = programs.get(derivative)
      if (known !== undefined) return known
      const made: E.Either<Fault, Program> = pipe(outputs[derivative](), programOfNodes)
      programs.set(derivative, made)
      return made
    },
  }
}

/** A function as a subject. The result for given sizes is cached. */
export const subjectOf = <Takes extends readonly AnyArgument[]>(
  takes: Takes,
  of: (...values: ValuesOf<Takes>) => AnyTensor,
  kindOf: (parameter: string) => Kind | undefined = () => undefined,
): Subject => {
  const built = new Map<string, BuiltSubject>()
  return (sizes) => {
    const key = Object.values(sizes).join()
    const known = built.get(key)
    if (known !== undefined) return known
    const made = build(takes, (values) => of(...typedArguments<ValuesOf<Takes>>(values)), sizes, kindOf)
    built.set(key, made)
    return made
  }
}
