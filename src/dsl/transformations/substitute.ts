/** Replacing tensors of a program by expressions: adapters, weight norm, pruning, rounded weights. */
import * as E from 'fp-ts/lib/Either.js'
import * as R from '../../values/record.js'
import { withOperands } from '../builder.js'
import { sameShape, showShape } from '../../shapes/dim.js'
import { erased, typed } from '../erasure.js'
import type { Fault } from '../fault.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyTensor, Program } from '../program.js'
import { program } from '../program.js'
import type { Tensor } from '../tensor.js'
import type { DType } from '../../values/value.js'
import { topologicalOrder } from '../walk.js'

/** The roots, with each node in `replacements` replaced wherever it is used. Nodes that use none of them stay the same objects. */
export const substituteNodes = (
  roots: readonly Node[],
  replacements: ReadonlyMap<Node, Node>,
): readonly Node[] => {
  const replaced = new Map<Node, Node>(replacements)
  const now = (node: Node): Node => replaced.get(node) ?? node
  for (const node of topologicalOrder(roots)) {
    if (!replaced.has(node)) replaced.set(node, withOperands(node, node.operands.map(now)))
  }
  return roots.map(now)
}

/** A tensor and the expression that takes its place. */
export interface Replacement {
  readonly from: AnyTensor
  readonly to: AnyTensor
}

/**
 * A tensor, and an expression of its shape and element type that takes its place. The expression may use the tensor: it
 * keeps its meaning there.
 *
 * A parameter that is made again under its name and shape is the same tensor, so the parameters of a program that was
 * read from JSON are written `parameter('fc.weight', [10, 512])`.
 *
 * @example
 * const w = parameter('fc.weight', [10, 512])
 * const adapted = replacement(w, add(w, matmul(parameter('fc.up', [10, 4]), parameter('fc.down', [4, 512]))))
 */
export const replacement = <S, D extends DType>(
  from: Tensor<S, D>,
  to: Tensor<NoInfer<S>, NoInfer<D>>,
): Replacement => ({ from, to })

const describe = (node: Node): string => {
  const name =
    node.op === 'input' || node.op === 'parameter' ? `${node.op} '${node.attributes.name}'` : node.op
  return `${name} ${node.dtype} ${showShape(node.shape)}`
}

/** What a replacement that does not occur was likely meant to replace: a leaf of the same name. */
const namesake = (from: Node, order: readonly Node[]): Node | undefined =>
  from.op === 'input' || from.op === 'parameter'
    ? order.find(
        (node) =>
          (node.op === 'input' || node.op === 'parameter') && node.attributes.name === from.attributes.name,
      )
    : undefined

/** Why a replacement cannot be made; undefined where it can. */
const misfit = (
  { from: { node: from }, to: { node: to } }: Replacement,
  order: readonly Node[],
): string | undefined => {
  if (!order.includes(from)) {
    const other = namesake(from, order)
    return `substitute: ${describe(from)} does not occur${other === undefined ? '' : `, but ${describe(other)} does`}`
  }
  return from.dtype === to.dtype && sameShape(from.shape, to.shape)
    ? undefined
    : `substitute: ${describe(from)} cannot be replaced by ${to.dtype} ${showShape(to.shape)}`
}

/** The roots with all replacements made, or why one of them cannot be made. */
const replaceIn = (
  roots: readonly Node[],
  replacements: readonly Replacement[],
): E.Either<string, readonly Node[]> => {
  const order = topologicalOrder(roots)
  const [twice] = replacements.filter(
    ({ from }, i) => replacements.findIndex((other) => other.from.node === from.node) < i,
  )
  if (twice !== undefined) return E.left(`substitute: ${describe(twice.from.node)} has two replacements`)
  // A replacement with a fault of its own passes: its fault, not a misfit, is what the user has to read.
  const [problem] = replacements.flatMap((each) =>
    each.to.node.fault === undefined ? (misfit(each, order) ?? []) : [],
  )
  return problem === undefined
    ? E.right(substituteNodes(roots, new Map(replacements.map(({ from, to }) => [from.node, to.node]))))
    : E.left(problem)
}

/**
 * A tensor with other tensors, anywhere in its graph, replaced by expressions of the same shape and element type. All
 * replacements are made at once: none is made inside another.
 *
 * A tensor that does not occur, or that has two replacements, makes a fault that names it.
 *
 * @example
 * const w = parameter('w', [10, 512])
 * const logits = linear(input('x', ['B', 512]), w)
 * const pruned = substitute(logits, [replacement(w, mul(w, parameter('mask', [10, 512])))]) // Tensor<['B', 10]>
 */
export const substitute = <S, D extends DType>(
  x: Tensor<S, D>,
  replacements: readonly Replacement[],
): Tensor<S, D> => {
  const outcome = replaceIn([x.node], replacements)
  if (E.isLeft(outcome)) return erased(faulty('substitute', outcome.left, []))
  const [replaced = x.node] = outcome.right
  return erased(replaced)
}

/**
 * A program with tensors, as a rule parameters or inputs, replaced by expressions of the same shape and element type. Its
 * inputs are those that are left, and those that the expressions bring along.
 *
 * Fails with `ProgramFault` where a replaced tensor does not occur in the program (and says if one of the same name and
 * another shape does), where one has two replacements, and where the result is not a program (`program`).
 *
 * @example
 * const w = parameter('w', [10, 512])
 * const x = input('x', ['B', 512])
 * pipe(
 *   program({ x }, { logits: linear(x, w) }),
 *   E.chain((of) => substituteInProgram(of, [replacement(w, mul(w, parameter('mask', [10, 512])))])),
 * ) // right: a program with the parameters 'w' and 'mask'
 */
export const substituteInProgram = <O extends string>(
  of: Program<string, O>,
  replacements: readonly Replacement[],
): E.Either<Fault, Program<string, O>> => {
  const names = R.keys(of.outputs)
  const outcome = replaceIn(
    names.map((name) => of.outputs[name]),
    replacements,
  )
  if (E.isLeft(outcome)) {
    return E.left({
      tag: 'ProgramFault',
      message: outcome.left,
      advice: 'replace a tensor of the program by one of its shape; toText lists the inputs and parameters',
    })
  }
  const replaced = new Set(replacements.map(({ from }) => from.node))
  const outputs = new Map(names.map((name, i) => [name, outcome.right[i]]))
  return fromOutputs(
    of,
    replaced,
    R.mapWithIndex((name: O, node: Node) => outputs.get(name) ?? node)(of.outputs),
  )
}

/** The program of new outputs. Declared inputs stay declared, needed or not, but for those that were replaced. */
const fromOutputs = <O extends string>(
  of: Program<string, O>,
  replaced: ReadonlySet<Node>,
  outputs: Readonly<Record<O, Node>>,
): E.Either<Fault, Program<string, O>> => {
  const needed = topologicalOrder(Object.values<Node>(outputs)).filter((node) => node.op === 'input')
  const kept = [...of.inputs, ...of.unneeded].filter((node) => !replaced.has(node))
  const inputs = [...new Set([...kept, ...needed])].map(
    (node) => [node.attributes.name, typed(node)] as const,
  )
  return program(Object.fromEntries(inputs), R.map((node: Node): AnyTensor => typed(node))(outputs))
}

/**
 * A program in which every real parameter is replaced by an expression of the same shape: rounded weights, pruned weights,
 * noise. `f` is given the parameter and its name, and may return the parameter itself; since it is written for every
 * shape, the compiler holds it to keeping that shape. Parameters of integers and booleans stay.
 *
 * Fails with the first fault of an expression, and where the result is not a program (`program`).
 *
 * @example
 * const rounded = mapParameters(classifier, (w) => add(w, stopGradient(sub(div(floor(mul(w, 64)), 64), w))))
 */
export const mapParameters = <O extends string>(
  of: Program<string, O>,
  f: <S>(parameter: Tensor<S>, name: string) => Tensor<S>,
): E.Either<Fault, Program<string, O>> =>
  substituteInProgram(
    of,
    of.parameters
      .filter(({ dtype }) => dtype === 'f32')
      .map((leaf): Replacement => {
        const from = typed<unknown, 'f32'>(leaf)
        return { from, to: f(from, leaf.attributes.name) }
      }),
  )
