/** Numpy broadcasting of shapes: aligned at the last axis, an axis of 1 stretches to any other. */
import * as E from 'fp-ts/lib/Either.js'
import type { Dim, Shape } from '../../shapes/dim.js'
import { showShape } from '../../shapes/dim.js'

/** The shape to which two operands broadcast, or a sentence with the last pair of dims that do not fit. */
export const broadcastShapes = (a: Shape, b: Shape): E.Either<string, Shape> => {
  const rank = Math.max(a.length, b.length)
  const dims: Dim[] = []
  for (let fromEnd = 1; fromEnd <= rank; fromEnd += 1) {
    const dimA = a.at(-fromEnd) ?? 1
    const dimB = b.at(-fromEnd) ?? 1
    if (dimA !== dimB && dimA !== 1 && dimB !== 1) {
      return E.left(`dims ${dimA} and ${dimB} do not broadcast in ${showShape(a)} and ${showShape(b)}`)
    }
    dims.unshift(dimA === 1 ? dimB : dimA)
  }
  return E.right(dims)
}
