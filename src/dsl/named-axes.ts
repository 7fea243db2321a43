/**
 * Specs with named axes at run time: `rearrange` and `einsum` as compositions of primitives. Contractions become
 * plain matrix products, which is what every engine does best. The compiler's side is `shape/axis-names.ts`.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from './builder.js'
import type { Dim, Shape } from './dim.js'
import { divideDims, productOfDims } from './dim.js'
import { faulty } from './node.js'
import type { Node } from './primitive.js'

/** One side of a spec: names, and groups of names. */
type Pattern = readonly (string | readonly string[])[]
type Bound = ReadonlyMap<string, Dim>

const parse = (text: string): Pattern =>
  [...text.matchAll(/\(([^)]*)\)|(\S+)/g)].map(([, group, word]) =>
    group === undefined ? (word ?? '') : group.split(' ').filter((name) => name !== ''),
  )

const namesOf = (pattern: Pattern): readonly string[] => pattern.flat().filter((name) => name !== '1')

const bindGroup = (
  group: readonly string[],
  size: Dim,
  bound: Bound,
  spec: string,
): E.Either<string, Bound> => {
  const [unknown, another] = group.filter((name) => !bound.has(name))
  const known = productOfDims(group.flatMap((name) => bound.get(name) ?? []))
  if (another !== undefined) return E.left(`${spec}: give a size for '${unknown}' or '${another}'`)
  if (unknown === undefined) {
    return known === size ? E.right(bound) : E.left(`${spec}: group size ${known} is not ${size}`)
  }
  return pipe(
    group.length === 1 ? E.right(size) : divideDims(size, known),
    E.bimap(
      (message) => `${spec}: ${message}`,
      (quotient) => new Map([...bound, [unknown, quotient]]),
    ),
  )
}

/** Binds the names of a pattern to the dims of a shape. */
const bind = (pattern: Pattern, shape: Shape, bound: Bound, spec: string): E.Either<string, Bound> => {
  if (pattern.length > shape.length) return E.left(`${spec}: more axes than the tensor has`)
  if (pattern.length < shape.length) return E.left(`${spec}: fewer axes than the tensor has`)
  return pattern.reduce<E.Either<string, Bound>>(
    (outcome, word, axis) =>
      pipe(
        outcome,
        E.chain((sofar) => {
          const size = shape[axis] ?? 1
          if (typeof word !== 'string') return bindGroup(word, size, sofar, spec)
          if (word === '1') return size === 1 ? E.right(sofar) : E.left(`${spec}: '1' is ${size}`)
          const known = sofar.get(word)
          return known === undefined || known === size
            ? E.right(new Map([...sofar, [word, size]]))
            : E.left(`${spec}: '${word}' is ${known} and ${size}`)
        }),
      ),
    E.right(bound),
  )
}

const sizesIn = (bound: Bound, names: readonly string[]): Shape => names.map((name) => bound.get(name) ?? 1)

/** The shape of a pattern: groups are multiplied out. */
const shapeOf = (pattern: Pattern, bound: Bound): Shape =>
  pattern.map((word) =>
    typeof word === 'string'
      ? word === '1'
        ? 1
        : (bound.get(word) ?? 1)
      : productOfDims(sizesIn(bound, word)),
  )

const permute = (x: Node, from: readonly string[], to: readonly string[]): Node =>
  b.transpose(
    x,
    to.map((name) => from.indexOf(name)),
  )

const sides = (spec: string): readonly [string, string] | undefined => {
  const [left, right, ...rest] = spec.split(' -> ')
  return left === undefined || right === undefined || rest.length > 0 ? undefined : [left, right]
}

/** Permutes, merges and splits axes by name: reshape, transpose, reshape. */
export const rearrangeNode = (x: Node, spec: string, sizes: Readonly<Record<string, Dim>> = {}): Node => {
  const fail = (message: string): Node => faulty('rearrange', message, [x])
  const parts = sides(spec)
  if (parts === undefined) return fail(`${spec}: no ' -> '`)
  const [left, right] = [parse(parts[0]), parse(parts[1])]
  const [names, wanted] = [namesOf(left), namesOf(right)]
  const lost = names.find((name) => !wanted.includes(name))
  if (lost !== undefined) return fail(`${spec}: '${lost}' is dropped; use a reduction`)
  const twice = [names, wanted].map((all) => all.find((name, i) => all.indexOf(name) !== i)).find(Boolean)
  if (twice !== undefined) return fail(`${spec}: '${twice}' occurs twice on one side`)
  const bound = bind(left, x.shape, new Map(Object.entries(sizes)), spec)
  if (E.isLeft(bound)) return fail(bound.left)
  const extra = wanted.find((name) => !names.includes(name))
  if (extra !== undefined) return fail(`${spec}: '${extra}' is not on the left side`)
  const split = b.reshape(x, sizesIn(bound.right, names))
  return b.reshape(permute(split, names, wanted), shapeOf(right, bound.right))
}

/** An operand of a contraction: a node and the name of each of its axes. */
interface Named {
  readonly node: Node
  readonly names: readonly string[]
}

/** Takes the diagonal where a name occurs twice. */
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

/** Sums over the names that nobody else needs. */
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

/** Einstein summation over one or two operands. */
export const einsumNode = (spec: string, operands: readonly Node[]): Node => {
  const fail = (message: string): Node => faulty('einsum', message, operands)
  const parts = sides(spec)
  const lefts = parts?.[0].split(', ') ?? []
  const expected = operands.length === 1 ? "'a b -> b a'" : "'a b, b c -> a c'"
  if (parts === undefined || lefts.length !== operands.length) return fail(`${spec}: expected ${expected}`)
  const patterns = lefts.map(parse)
  const out = namesOf(parse(parts[1]))
  const bound = operands.reduce<E.Either<string, Bound>>(
    (outcome, operand, i) =>
      pipe(
        outcome,
        E.chain((sofar) => bind(patterns[i] ?? [], operand.shape, sofar, spec)),
      ),
    E.right(new Map()),
  )
  if (E.isLeft(bound)) return fail(bound.left)
  const extra = out.find((name) => !bound.right.has(name))
  if (extra !== undefined) return fail(`${spec}: '${extra}' is not on the left side`)
  const named = operands.map((node, i) => {
    const names = namesOf(patterns[i] ?? [])
    return { node: b.reshape(node, sizesIn(bound.right, names)), names }
  })
  const others = (i: number): readonly string[] => named.flatMap(({ names }, j) => (i === j ? [] : names))
  const prepared = named.map((operand, i) => sumOut(diagonal(operand), [...out, ...others(i)]))
  const [a, z] = prepared
  if (a === undefined) return fail(`${spec}: expected ${expected}`)
  const result = z === undefined ? a : contract(a, z, out, bound.right)
  return b.reshape(permute(result.node, result.names, out), shapeOf(parse(parts[1]), bound.right))
}
