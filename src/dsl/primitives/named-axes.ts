/**
 * `rearrange` at run time: axes permuted, merged and split by name. `shape/rearrange.ts` does the same in the compiler: it
 * checks in the same order and gives the same messages.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../builder.js'
import type { Dim, Shape } from '../../shapes/dim.js'
import { divideDims, productOfDims, showShape } from '../../shapes/dim.js'
import { faulty } from '../node.js'
import type { Node } from './primitive.js'

export type Bound = ReadonlyMap<string, Dim>

export const refuse = (message: string): E.Either<string, never> => E.left(message)

export const miscounted = (spec: string, words: number, shape: Shape): E.Either<string, never> =>
  refuse(`${spec}: names ${words} axes of ${showShape(shape)}`)

export const sizesIn = (bound: Bound, names: readonly string[]): Shape =>
  names.map((name) => bound.get(name) ?? 1)

export const permute = (x: Node, from: readonly string[], to: readonly string[]): Node =>
  b.transpose(
    x,
    to.map((name) => from.indexOf(name)),
  )

/** The names in a text, separated by one or more spaces. */
export const namesIn = (text: string): readonly string[] => text.split(' ').filter((name) => name !== '')

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
export const misplaced = (names: readonly string[], bound: Bound, spec: string): string | undefined => {
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
