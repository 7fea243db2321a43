import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import type { AnyTensor, Program } from '../../../src/dsl/index.js'
import {
  add,
  evaluate,
  exp,
  input,
  matmul,
  mul,
  parameter,
  programOfNodes,
  transpose,
} from '../../../src/dsl/index.js'
import type { SplitProgram } from '../../../src/dsl/transformations/split-invariant.js'
import { splitInvariant } from '../../../src/dsl/transformations/split-invariant.js'
import { nodesOf } from '../../../src/dsl/program.js'
import { expectRight } from '../../expect-either.js'
import { drawn } from '../../support/evaluation.js'

const [tokens, projection] = [input('tokens', ['K', 3]), parameter('projection', [3, 4])]
const [images, scale] = [input('images', ['B', 4]), parameter('scale', [])]
const texts = matmul(tokens, projection)
const narrowing = parameter('narrowing', [4, 3])

const programOf = (logits: AnyTensor): Program<string, 'logits'> =>
  expectRight(programOfNodes({ logits: logits.node }))

const split = (logits: AnyTensor): SplitProgram<'logits'> | undefined =>
  expectRight(splitInvariant(programOf(logits), 'B'))

const names = ({ inputs, parameters }: Program): readonly string[] =>
  [...inputs, ...parameters].map(({ attributes: { name } }) => name)

const values = {
  tokens: drawn(1, [5, 3]),
  projection: drawn(2, [3, 4]),
  images: drawn(3, [2, 4]),
  scale: drawn(4, []),
}

describe('splitting a program where rows of a batch have no influence', () => {
  it('computes once what costs something and no row changes; what only moves numbers stays in each batch', () => {
    const logits = mul(matmul(images, transpose(exp(texts), [1, 0])), exp(scale))
    const parts = split(logits)
    if (parts === undefined) throw new Error('nothing was split')
    expect(names(parts.once)).toEqual(['tokens', 'projection'])
    expect(names(parts.each).toSorted()).toEqual(['images', 'invariant.0', 'scale'])
    expect(nodesOf(parts.once).at(-1)?.op).toBe('exp')
    expect(nodesOf(parts.each).map(({ op }) => op)).toContain('transpose')
  })

  it('gives the same numbers as the whole', () => {
    const logits = add(
      matmul(images, transpose(texts, [1, 0])),
      matmul(images, transpose(exp(texts), [1, 0])),
    )
    const { once, each } = split(logits) ?? {}
    if (once === undefined || each === undefined) throw new Error('nothing was split')
    const outcome = pipe(
      evaluate(once, values),
      E.chain((invariant) => evaluate(each, { ...values, ...invariant })),
    )
    expect(expectRight(outcome)).toEqual(expectRight(evaluate(programOf(logits), values)))
  })

  it('splits nothing where only cheap operations, or none, are the same for all rows', () => {
    expect(split(matmul(images, transpose(exp(parameter('texts', ['K', 4])), [1, 0])))).toBeUndefined()
    expect(split(matmul(matmul(images, narrowing), projection))).toBeUndefined()
  })

  it('gives as it is an output that no row changes', () => {
    const parts = expectRight(
      splitInvariant(
        expectRight(
          programOfNodes({ texts: texts.node, logits: matmul(images, transpose(texts, [1, 0])).node }),
        ),
        'B',
      ),
    )
    expect(parts?.each.outputs.texts.op).toBe('input')
  })
})
