/** Numpy broadcasting of shapes: aligned at the last axis, an axis of 1 stretches to any other. */
import * as E from 'fp-ts/lib/Either.js'
import type { Dim, Shape } from './dim.js'
import { showShape } from './dim.js'

/** Shape of two operands under numpy broadcasting. */
export const broadcastShapes = (op: string, a: Shape, b: Shape): E.Either<string, Shape> => {
  const rank = Math.max(a.length, b.length)
  const dims: Dim[] = []
  for (let i = 0; i < rank; i += 1) {
    const dimA = a[a.length - rank + i] ?? 1
    const dimB = b[b.length - rank + i] ?? 1
    if (dimA !== dimB && dimA !== 1 && dimB !== 1) {
      return E.left(`${op}: dims ${dimA} and ${dimB} do not broadcast in ${showShape(a)} and ${showShape(b)}`)
    }
    dims.push(dimA === 1 ? dimB : dimA)
  }
  return E.right(dims)
}
