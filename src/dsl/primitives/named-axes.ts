/**
 * Specs with named axes at run time: `rearrange` and `einsum` as compositions of primitives. Contractions become
 * matrix products, which every engine does best. `shape/rearrange.ts` and `shape/einsum.ts` do the same in the compiler:
 * they check in the same order and give the same messages.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../builder.js'
import type { Dim, Shape } from '../dim.js'
import { divideDims, productOfDims, showShape } from '../dim.js'
import { faulty } from '../node.js'
import type { Node } from './primitive.js'
import { expectType } from './shape-checks.js'

type Bound = ReadonlyMap<string, Dim>

const refuse = (message: string): E.Either<string, never> => E.left(message)

const miscounted = (spec: string, words: number, shape: Shape): E.Either<string, never> =>
  refuse(`${spec}: names ${words} axes of ${showShape(shape)}`)

const sizesIn = (bound: Bound, names: readonly string[]): Shape => names.map((name) => bound.get(name) ?? 1)

const permute = (x: Node, from: readonly string[], to: readonly string[]): Node =>
  b.transpose(
    x,
    to.map((name) => from.indexOf(name)),
  )

/** The names in a text, separated by one or more spaces. */
const namesIn = (text: string): readonly string[] => text.split(' ').filter((name) => name !== '')

// ---- rearrange

/** One side of a spec: names, groups of names, and `1` for an axis of one position. */
type Words = readonly (string | readonly string[])[]

const wordsOf = (text: string): Words => {
  if (text === '') return []
  const [, group, afterGroup = ''] = /^\((.*?)\)(?: (.*))?$/s.exec(text) ?? []
  if (group !== undefined) return [namesIn(group), ...wordsOf(afterGroup)]
  const [word = '', ...others] = text.split(' ')
  return [...namesIn(word), ...wordsOf(others.join(' '))]
}

/** The names in order, without the word `1`. */
const namesOf = (words: Words): readonly string[] => words.filter((word) => word !== '1').flat()

/** Binds the names of a group whose product is `size`. At most one of them has no given size; division finds it. */
const bindGroup = (
  group: readonly string[],
  size: Dim,
  bound: Bound,
  given: Bound,
  spec: string,
): E.Either<string, Bound> => {
  const known = new Map<string, Dim>()
  let open: string | undefined
  for (const name of group) {
    if (bound.has(name) || known.has(name)) return refuse(`${spec}: '${name}' is twice on the left side`)
    const sizeGiven = given.get(name)
    if (sizeGiven !== undefined) known.set(name, sizeGiven)
    else if (open !== undefined) return refuse(`${spec}: give a size for '${open}' or '${name}'`)
    else open = name
  }
  const product = productOfDims([...known.values()])
  const all = [...bound, ...known]
  if (open !== undefined) {
    const found = open
    return pipe(
      divideDims(size, product),
      E.bimap(
        (message) => `${spec}: ${message}`,
        (quotient) => new Map([...all, [found, quotient]]),
      ),
    )
  }
  return product === size
    ? E.right(new Map(all))
    : refuse(`${spec}: the sizes of a group multiply to ${product}, its axis is ${size}`)
}

const bindWord = (
  word: Words[number],
  size: Dim,
  bound: Bound,
  given: Bound,
  spec: string,
): E.Either<string, Bound> => {
  if (typeof word !== 'string') return bindGroup(word, size, bound, given, spec)
  if (bound.has(word)) return refuse(`${spec}: '${word}' is twice on the left side`)
  const expected = given.get(word) ?? (word === '1' ? 1 : size)
  if (expected !== size) return refuse(`${spec}: '${word}' is ${expected} and ${size}`)
  return E.right(word === '1' ? bound : new Map([...bound, [word, size]]))
}

/** Gives each name the dim at its place. */
const bindWords = (words: Words, shape: Shape, given: Bound, spec: string): E.Either<string, Bound> => {
  let bound: E.Either<string, Bound> = E.right(new Map())
  for (const [axis, word] of words.entries()) {
    const size = shape[axis]
    if (size === undefined) return miscounted(spec, words.length, shape)
    bound = pipe(
      bound,
      E.chain((sofar) => bindWord(word, size, sofar, given, spec)),
    )
    if (E.isLeft(bound)) return bound
  }
  return words.length === shape.length ? bound : miscounted(spec, words.length, shape)
}

/** What is wrong with the right side of a spec: a name that occurs twice, or that the left side lacks. */
const misplaced = (names: readonly string[], bound: Bound, spec: string): string | undefined => {
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) return `${spec}: '${name}' is twice on the right side`
    if (!bound.has(name)) return `${spec}: '${name}' is not on the left side`
  }
  return undefined
}

/** Permutes, merges and splits axes by name: reshape, transpose, reshape. */
export const rearrangeNode = (x: Node, spec: string, sizes: Readonly<Record<string, Dim>> = {}): Node => {
  const fail = (message: string): Node => faulty('rearrange', message, [x])
  const arrow = spec.indexOf(' -> ')
  if (arrow < 0) return fail(`${spec}: expected ' -> ' between the two sides`)
  const [from, to] = [wordsOf(spec.slice(0, arrow)), wordsOf(spec.slice(arrow + 4))]
  const [names, wanted] = [namesOf(from), namesOf(to)]
  const outcome = bindWords(from, x.shape, new Map(Object.entries(sizes)), spec)
  if (E.isLeft(outcome)) return fail(outcome.left)
  const bound = outcome.right
  const unused = Object.keys(sizes).find((name) => !bound.has(name))
  if (unused !== undefined) return fail(`${spec}: '${unused}' has a size but is not on the left side`)
  const problem = misplaced(wanted, bound, spec)
  if (problem !== undefined) return fail(problem)
  const dropped = names.find((name) => !wanted.includes(name))
  if (dropped !== undefined) return fail(`${spec}: '${dropped}' is dropped; sum over it first`)
  const split = b.reshape(x, sizesIn(bound, names))
  const merged = to.map((word) =>
    word === '1'
      ? 1
      : typeof word === 'string'
        ? (bound.get(word) ?? 1)
        : productOfDims(sizesIn(bound, word)),
  )
  return b.reshape(permute(split, names, wanted), merged)
}

// ---- einsum

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
const readEinsum = (
  spec: string,
  operandCount: number,
): E.Either<
  string,
  { readonly operands: readonly (readonly string[])[]; readonly out: readonly string[] }
> => {
  const comma = spec.indexOf(', ')
  const arrow = spec.indexOf(' ->', comma < 0 ? 0 : comma + 2)
  const operands = arrow < 0 ? [] : spec.slice(0, arrow).split(', ')
  const result = spec.slice(arrow + 3)
  if (operands.length !== operandCount) {
    return refuse(
      operandCount === 1
        ? `${spec}: expected one operand, as in 'a b -> b a'`
        : `${spec}: expected two operands, as in 'a b, b c -> a c', spaces included`,
    )
  }
  return result === '' || result.startsWith(' ')
    ? E.right({ operands: operands.map(namesIn), out: namesIn(result) })
    : refuse(`${spec}: expected ' -> ' between the two sides`)
}

/** Einstein summation over one or two operands. */
export const einsumNode = (spec: string, operands: readonly Node[]): Node => {
  const fail = (message: string): Node => faulty('einsum', message, operands)
  const [mistyped] = operands.flatMap((node) => expectType('einsum', node, 'f32') ?? [])
  if (mistyped !== undefined) return fail(mistyped)
  const read = readEinsum(spec, operands.length)
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
  const [a, z] = named.map((operand, i) => sumOut(diagonal(operand), [...out, ...others(i)]))
  if (a === undefined) return fail(`${spec}: expected an operand`)
  const result = z === undefined ? a : contract(a, z, out, outcome.right)
  return permute(result.node, result.names, out)
}
