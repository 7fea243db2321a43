/** Sizes that the caller states because the compiler cannot compute them. */
import type { Dim } from '../../shapes/dim.js'
import { isDim, showShape } from '../../shapes/dim.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { AnyDimHandle } from '../../shapes/dim-handle.js'

/** The size of a dim that types call by a name; a name that is not a symbol stays, for the shape rule that rejects it. */
export const statedDim = (name: string, size: number | AnyDimHandle): Dim => {
  if (!isDim(name)) return name
  return typeof size === 'number' ? size : size.dim
}

/** The result, or the fault that its height and width are not as stated. */
export const statedAs = (
  operation: string,
  result: Node,
  [height, width]: readonly [AnyDimHandle, AnyDimHandle],
): Node => {
  const stated = [height.dim, width.dim]
  const found = result.shape.slice(2)
  return result.fault !== undefined || stated.every((dim, i) => dim === found[i])
    ? result
    : faulty(
        operation,
        `${operation}: the result is ${showShape(found)}, not ${showShape(stated)} as stated`,
        [result],
      )
}
