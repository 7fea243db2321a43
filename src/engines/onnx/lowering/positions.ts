/** The whole numbers from 0 as a value of an ONNX graph. */
import type { Dim, Shape } from '../../../shapes/dim.js'
import type { LoweringContext } from './lowering-rule.js'
import { reshaped } from './lowering-rule.js'

type Context = Pick<LoweringContext, 'graph' | 'sizes'>

/** 0, 1, 2, ... [count] as int32, counted when the model runs. */
const range = ({ graph, sizes }: Context, count: Dim): string =>
  graph.emit('Range', [
    graph.constant('int32', [0]),
    sizes.scalar(count, 'int32'),
    graph.constant('int32', [1]),
  ])

/** 0, 1, 2, ... along the first axis, all others of size 1: a constant where the size is known. */
export const positions = (context: Context, shape: Shape): string => {
  const [length = 0] = shape
  if (typeof length === 'number') {
    const numbers = Array.from({ length }, (_, i) => i)
    return context.graph.constant('int32', numbers, [length, ...shape.slice(1).map(() => 1)])
  }
  const counted = range(context, length)
  return shape.length === 1 ? counted : reshaped(context, counted, [length], shape)
}
