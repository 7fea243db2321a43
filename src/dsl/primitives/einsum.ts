/**
 * `einsum` at run time, as a composition of primitives. Contractions become matrix products, which every engine does best.
 * `shape/einsum.ts` does the same in the compiler: it checks in the same order and gives the same messages.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../builder.js'
import type { Shape } from '../../shapes/dim.js'
import { productOfDims, sameShape, showShape } from '../../shapes/dim.js'
import { faulty } from '../node.js'
import type { Bound } from './named-axes.js'
import { miscounted, misplaced, namesIn, permute, refuse, sizesIn } from './named-axes.js'
import type { Node } from './primitive.js'
import { expectType } from './shape-checks.js'

/** An operand of a contraction: a node and the name of each of its axes. */
interface Named {
  readonly node: Node
  readonly names: readonly string[]
}

/** Takes the diagonal of axes with the same name. */
const diagonal = ({ node, names }: Named): Named => {
  const second = names.findIndex((name, i) => names.indexOf(name) !== i)
  if (second < 0) return { node, names }
  const first = names.indexOf(names[second] ?? '')
  const onDiagonal = b.equal(b.iota(node.shape, first), b.iota(node.shape, second))
  return diagonal({
    node: b.sum(b.where(onDiagonal, node, b.scalarLike(node, 0)), [second]),
    names: names.filter((_, i) => i !== second),
  })
}

/** Sums over the axes whose names are not needed. */
const sumOut = ({ node, names }: Named, needed: readonly string[]): Named => {
  const axes = names.flatMap((name, axis) => (needed.includes(name) ? [] : [axis]))
  return { node: b.sum(node, axes), names: names.filter((name) => needed.includes(name)) }
}

const contract = (a: Named, z: Named, out: readonly string[], bound: Bound): Named => {
  const shared = a.names.filter((name) => z.names.includes(name))
  const batch = shared.filter((name) => out.includes(name))
  const summed = shared.filter((name) => !out.includes(name))
  const freeA = a.names.filter((name) => !shared.includes(name))
  const freeZ = z.names.filter((name) => !shared.includes(name))
  const names = [...batch, ...freeA, ...freeZ]
  const sizes = (of: readonly string[]): Shape => sizesIn(bound, of)
  const ones = (of: readonly string[]): Shape => of.map(() => 1)
  if (summed.length === 0) {
    const left = b.reshape(permute(a.node, a.names, [...batch, ...freeA]), [
      ...sizes(batch),
      ...sizes(freeA),
      ...ones(freeZ),
    ])
    const right = b.reshape(permute(z.node, z.names, [...batch, ...freeZ]), [
      ...sizes(batch),
      ...ones(freeA),
      ...sizes(freeZ),
    ])
    return { node: b.mul(left, right), names }
  }
  const matrix = (x: Named, rows: readonly string[], columns: readonly string[]): Node =>
    b.reshape(permute(x.node, x.names, [...batch, ...rows, ...columns]), [
      ...sizes(batch),
      productOfDims(sizes(rows)),
      productOfDims(sizes(columns)),
    ])
  const product = b.matmul(matrix(a, freeA, summed), matrix(z, summed, freeZ))
  return { node: b.reshape(product, sizes(names)), names }
}

/** Gives each name of an operand the dim at its place; a name that is bound already must have the same. */
const bindNames = (
  names: readonly string[],
  shape: Shape,
  bound: Bound,
  spec: string,
): E.Either<string, Bound> => {
  const all = new Map(bound)
  for (const [axis, name] of names.entries()) {
    const size = shape[axis]
    if (size === undefined) return miscounted(spec, names.length, shape)
    const known = all.get(name)
    if (known !== undefined && known !== size) return refuse(`${spec}: '${name}' is ${known} and ${size}`)
    all.set(name, size)
  }
  return names.length === shape.length ? E.right(all) : miscounted(spec, names.length, shape)
}

/** The names of each operand and of the result. */
interface Spec {
  readonly operands: readonly (readonly string[])[]
  readonly out: readonly string[]
}

const expected: readonly string[] = [
  "one operand, as in 'a b -> b a'",
  "two operands, as in 'a b, b c -> a c', spaces included",
]

const readSpec = (spec: string, operandCount: number): E.Either<string, Spec> => {
  const comma = spec.indexOf(', ')
  const arrow = spec.indexOf(' ->', comma < 0 ? 0 : comma + 2)
  const operands = arrow < 0 ? [] : spec.slice(0, arrow).split(', ')
  const result = spec.slice(arrow + 3)
  if (operands.length !== operandCount) {
    return refuse(
      `${spec}: expected ${expected[operandCount - 1] ?? `${operandCount} operands, separated by commas, spaces included`}`,
    )
  }
  return result === '' || result.startsWith(' ')
    ? E.right({ operands: operands.map(namesIn), out: namesIn(result) })
    : refuse(`${spec}: expected ' -> ' between the two sides`)
}

/** The names that stand for the axes of an ellipsis. No word of a spec has a space in it. */
const namesOfEllipsis = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `... ${i}`)

/** The axes that the ellipsis of an operand stands for. */
const ellipsisOf = (names: readonly string[], shape: Shape): Shape => {
  const at = names.indexOf('...')
  return shape.slice(at, at + shape.length - names.length + 1)
}

/** Gives the axes of each ellipsis names of their own. It stands for the same dims everywhere. */
const withoutEllipsis = (
  { operands, out }: Spec,
  nodes: readonly Node[],
  spec: string,
): E.Either<string, Spec> => {
  if (operands.some((names) => names.indexOf('...') !== names.lastIndexOf('...'))) {
    return refuse(`${spec}: '...' is twice in one operand`)
  }
  const found: Shape[] = []
  for (const [i, names] of operands.entries()) {
    const { shape = [] } = nodes[i] ?? {}
    if (!names.includes('...')) continue
    if (shape.length < names.length - 1) return miscounted(spec, names.length - 1, shape)
    found.push(ellipsisOf(names, shape))
  }
  const [first = []] = found
  const other = found.find((shape) => !sameShape(shape, first))
  if (other !== undefined) return refuse(`${spec}: '...' is ${showShape(first)} and ${showShape(other)}`)
  const expand = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => (name === '...' && found.length > 0 ? namesOfEllipsis(first.length) : [name]))
  return E.right({ operands: operands.map(expand), out: expand(out) })
}

/** Names what stands for an ellipsis as the user wrote it. */
const asWritten = (problem: string): string => problem.replace(/'\.\.\. \d+'/, "'...'")

/** The number of products of a contraction of two operands, where all sizes are known. */
const productsOf = (a: Named, z: Named, bound: Bound): number | undefined => {
  const sizes = [...new Set([...a.names, ...z.names])].map((name) => bound.get(name) ?? 1)
  return sizes.every((size) => typeof size === 'number')
    ? sizes.reduce((product, size) => product * size, 1)
    : undefined
}

/** The two operands to contract next: those with the fewest products; the first two where a size is not known. */
const nextPair = (operands: readonly Named[], bound: Bound): readonly [number, number] => {
  const pairs = operands.flatMap((a, i) =>
    operands.slice(i + 1).map((z, k) => ({ pair: [i, i + 1 + k] as const, cost: productsOf(a, z, bound) })),
  )
  const known = pairs.flatMap(({ pair, cost }) => (cost === undefined ? [] : [{ pair, cost }]))
  if (known.length < pairs.length) return [0, 1]
  return known.reduce((best, next) => (next.cost < best.cost ? next : best), { pair: [0, 1], cost: Infinity })
    .pair
}

/** Contracts operands two at a time, cheapest first. A name is summed over as soon as no other operand needs it. */
const contractAll = (operands: readonly Named[], out: readonly string[], bound: Bound): Named | undefined => {
  const [first, second] = operands
  if (first === undefined || second === undefined) return first
  const [i, j] = nextPair(operands, bound)
  const [a = first, z = second] = [operands[i], operands[j]]
  const rest = operands.filter((_, k) => k !== i && k !== j)
  const needed = [...out, ...rest.flatMap(({ names }) => names)]
  const product = contract(
    sumOut(a, [...needed, ...z.names]),
    sumOut(z, [...needed, ...a.names]),
    needed,
    bound,
  )
  return contractAll(operands.with(i, product).toSpliced(j, 1), out, bound)
}

/** Einstein summation over any number of operands. */
export const einsumNode = (spec: string, operands: readonly Node[]): Node => {
  const fail = (message: string): Node => faulty('einsum', asWritten(message), operands)
  const [mistyped] = operands.flatMap((node) => expectType('einsum', node, 'f32') ?? [])
  if (mistyped !== undefined) return fail(mistyped)
  const read = pipe(
    readSpec(spec, operands.length),
    E.chain((words) => withoutEllipsis(words, operands, spec)),
  )
  if (E.isLeft(read)) return fail(read.left)
  const { out } = read.right
  const named = operands.map((node, i): Named => ({ node, names: read.right.operands[i] ?? [] }))
  const outcome = named.reduce<E.Either<string, Bound>>(
    (sofar, { names, node }) =>
      pipe(
        sofar,
        E.chain((bound) => bindNames(names, node.shape, bound, spec)),
      ),
    E.right(new Map()),
  )
  if (E.isLeft(outcome)) return fail(outcome.left)
  const problem = misplaced(out, outcome.right, spec)
  if (problem !== undefined) return fail(problem)
  const others = (i: number): readonly string[] => named.flatMap(({ names }, j) => (i === j ? [] : names))
  const alone = named.map((operand, i) => sumOut(diagonal(operand), [...out, ...others(i)]))
  const result = contractAll(alone, out, outcome.right)
  return result === undefined ? fail(`${spec}: expected an operand`) : permute(result.node, result.names, out)
}
