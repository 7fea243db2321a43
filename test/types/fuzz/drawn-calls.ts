/** Random calls of every operation: a third right by construction, the others one or two small changes away. */
import * as fc from 'fast-check'
import { textOf } from './call.js'
import type { RightCalls } from './call.js'
import { nearby } from './changes.js'
import { rightCumulative } from './right-cumulative.js'
import { rightElementwise } from './right-elementwise.js'
import { rightIndexing } from './right-indexing.js'
import { rightLayouts } from './right-layouts.js'
import { rightLosses } from './right-losses.js'
import { rightNorms } from './right-norms.js'
import { rightProducts } from './right-products.js'
import { rightScatter } from './right-scatter.js'
import { rightTransformations } from './right-transformations.js'
import { executed } from './verdicts.js'

const rightCalls: RightCalls = {
  ...rightProducts,
  ...rightElementwise,
  ...rightLayouts,
  ...rightIndexing,
  ...rightCumulative,
  ...rightScatter,
  ...rightLosses,
  ...rightNorms,
  ...rightTransformations,
}

/** A call as a user writes it, under the name of what it tries. */
export interface DrawnCall {
  readonly operation: string
  readonly text: string
}

const isRejected = (text: string): boolean => executed([text])[0]?.tag === 'rejected'

/**
 * At least `count` calls, as many of each operation, one of them right and one wrong for certain, where a small change
 * can make it wrong; the same for the same seed.
 */
export const drawCalls = (count: number, seed: number): readonly DrawnCall[] => {
  const operations = Object.entries(rightCalls)
  return operations.flatMap(([operation, right], i) => {
    const near = right.chain(nearby)
    const draw = (texts: fc.Arbitrary<string>, numRuns: number): readonly string[] =>
      fc.sample(texts, { numRuns, seed: seed + i })
    const wrong = draw(near.map(textOf), 100).find(isRejected)
    const texts = [
      ...draw(right.map(textOf), 1),
      ...(wrong === undefined ? [] : [wrong]),
      ...draw(fc.oneof(right, near, near.chain(nearby)).map(textOf), Math.ceil(count / operations.length)),
    ]
    return texts.map((text) => ({ operation, text }))
  })
}

/** The functions that calls which are right by construction call. */
export const functionsDrawn = (seed: number): ReadonlySet<string> =>
  new Set(
    Object.values(rightCalls)
      .flatMap((right) => fc.sample(right.map(textOf), { numRuns: 100, seed }))
      .flatMap((text) => [...text.matchAll(/\b[a-z]\w*(?=\()/gi)].map(([name]) => name)),
  )
