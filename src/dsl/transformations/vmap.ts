/**
 * Vectorization: from a function of one example to the same function of many. The function is called once, on leaves
 * that stand for an example; the graph that it gives is rewritten with the rules in `primitives/batching-rules.ts`.
 */
import * as b from '../builder.js'
import type { Dim } from '../../shapes/dim.js'
import { showShape } from '../../shapes/dim.js'
import { erasedStructure, typedArguments } from '../erasure.js'
import { dispatch, faulty, placeholder } from '../node.js'
import type { Batching } from '../primitives/batching-rules.js'
import { batchingRules } from '../primitives/batching-rules.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyTensor } from '../program.js'
import type { ExampleCount, Examples, HoldsExamples, StackedExamples, NestedTensors } from '../shape/vmap.js'
import { inPlaceOf } from '../written.js'
import { topologicalOrder } from '../walk.js'
import { nodesIn, withNodes } from './tensors-in.js'

/**
 * Nodes for all examples, [size, ...S] each, given what stands for the leaves of one example. A node that does not depend
 * on an example is computed once, and repeated.
 */
export const batchNodes = (
  roots: readonly Node[],
  examples: ReadonlyMap<Node, Node>,
  size: Dim,
): readonly Node[] => {
  const known = new Map(examples)
  const batching: Batching = {
    size,
    varying: (operand) => known.get(operand),
    repeated: (operand) => known.get(operand) ?? b.broadcastTo(operand, [size, ...operand.shape]),
    batch: (node) => {
      visit([node])
      return batching.repeated(node)
    },
    batchStep: (nodes, leaves) => batchNodes(nodes, leaves, size),
  }
  const visit = (nodes: readonly Node[]): void => {
    for (const node of topologicalOrder(nodes)) {
      if (known.has(node) || !node.operands.some((operand) => known.has(operand))) continue
      const batched = (): Node => dispatch(batchingRules, node, batching)
      known.set(node, node.fault === undefined ? inPlaceOf(node, batched) : node)
    }
  }
  visit(roots)
  return roots.map(batching.repeated)
}

/** What is wrong with the arguments at run time; the types say the same to the compiler. */
const misfit = (batches: readonly Node[]): string | undefined => {
  const [first] = batches
  if (first === undefined) return 'vmap: needs at least one argument'
  const flat = batches.find(({ shape }) => shape.length === 0)
  if (flat !== undefined) return `vmap: an argument ${showShape(flat.shape)} has no axis of examples`
  const other = batches.find(({ shape }) => shape[0] !== first.shape[0])
  return other && `vmap: the arguments hold ${first.shape[0]} and ${other.shape[0]} examples`
}

/** The results of `f` for all examples, each with the fault if there is one. */
const vmapped = (
  f: (examples: readonly Node[]) => NestedTensors,
  batches: readonly Node[],
): NestedTensors => {
  const leaves = batches.map(({ shape, dtype }, i) => placeholder(`example.${i}`, shape.slice(1), dtype))
  const results = f(leaves)
  const problem = misfit(batches)
  if (problem !== undefined) {
    const fault = faulty('vmap', problem, batches)
    return withNodes(results, () => fault)
  }
  const roots = nodesIn(results)
  const examples = new Map(leaves.map((leaf, i) => [leaf, batches[i] ?? leaf]))
  const stacked = batchNodes(roots, examples, batches[0]?.shape[0] ?? 1)
  const known = new Map(roots.map((root, i) => [root, stacked[i] ?? root]))
  return withNodes(results, (node) => known.get(node) ?? node)
}

/**
 * Applies a function of one example to every example of a batch: all arguments have the examples along their first axis,
 * N of them, `f` sees each without that axis, and every result has it in front: [N, ...S]. As JAX's `vmap`, with its
 * arguments given at once, so that the types of the examples need not be written. `f` may return one tensor, or tensors
 * in a list or under names; what it uses besides its arguments is the same for all examples.
 *
 * The program is rewritten, not repeated: a product of matrices stays one product. It costs more than a batch written by
 * hand in two cases. A convolution whose images and kernels both vary, and a symbol counts the examples, is a product with the
 * windows of the images, whose memory grows by the elements of a kernel. Random numbers from a key that varies are drawn for each example by itself,
 * and are those that it would draw alone; then N is a literal size.
 *
 * An index outside of its axis, a fault of a single example, takes an entry of another example, or fails at run time.
 *
 * Arguments with different numbers of examples, and one without axes, do not compile.
 *
 * @example
 * const w = parameter('w', [512, 512])
 * const [queries, documents] = [input('queries', ['B', 512]), input('documents', ['B', 20, 512])]
 * const scores = vmap((q, d) => linear(d, expandDims(linear(q, w), 0)), queries, documents) // ['B', 20, 1]
 * const grams = vmap((d) => vmap((x) => linear(x, d), d), documents) // ['B', 20, 20]
 */
export const vmap = <
  const Batches extends readonly [AnyTensor, ...AnyTensor[]],
  const R extends NestedTensors,
>(
  f: (...examples: Examples<Batches>) => R,
  ...batches: { [I in keyof Batches]: Batches[I] & HoldsExamples<Batches[I], ExampleCount<Batches>> }
): StackedExamples<R, ExampleCount<Batches>> =>
  erasedStructure(
    vmapped(
      (leaves) => f(...typedArguments<Examples<Batches>>(leaves)),
      batches.map(({ node }: AnyTensor) => node),
    ),
  )
