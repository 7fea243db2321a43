/**
 * Signatures at run time. A function may demand more of its operands than the primitives that it is made of: `takeElement`
 * takes one index per row, although the primitives would broadcast. The compiler reads that from the function's type; here
 * it is checked for programs that were not compiled.
 */
import type { Shape } from '../../shapes/dim.js'
import { showShape } from '../../shapes/dim.js'
import { erased } from '../erasure.js'
import { faulty } from '../node.js'
import type { Node } from '../primitives/primitive.js'
import type { Tensor } from '../tensor.js'
import type { DType } from '../../values/value.js'

/**
 * An operand, the names of its axes, `'n t d'`, and its element types, f32 if none is given. The first name may be
 * `...name`, which stands for any number of axes.
 */
export type Operand = readonly [x: { readonly node: Node }, axes: string, ...dtypes: DType[]]

/** Operands under their names. An axis name stands for one dim in all of them. */
export type Operands = Readonly<Record<string, Operand>>

type Bound = ReadonlyMap<string, Shape>

/** The dims at each name, undefined where there are too few or too many. */
const dimsAt = (
  names: readonly string[],
  shape: Shape,
): readonly (readonly [string, Shape])[] | undefined => {
  const [head, ...others] = names
  const leading = head?.startsWith('...') === true
  const single = leading ? others : names
  const spread = shape.length - single.length
  if (spread < 0 || (spread > 0 && !leading)) return undefined
  return [
    ...(leading ? [[head, shape.slice(0, spread)] as const] : []),
    ...single.map((name, i) => [name, shape.slice(spread + i, spread + i + 1)] as const),
  ]
}

/** What names stand for, with those of one more operand; undefined where that has other dims. */
const bind = (bound: Bound, names: readonly string[], shape: Shape): Bound | undefined =>
  dimsAt(names, shape)?.reduce<Bound | undefined>((sofar, [name, dims]) => {
    const known = sofar?.get(name)
    return sofar === undefined || (known !== undefined && showShape(known) !== showShape(dims))
      ? undefined
      : new Map([...sofar, [name, dims]])
  }, bound)

/** What is wrong with the operands: `crossEntropy: labels: expected [32] i32, got [8] i32`. */
const misfit = (op: string, operands: Operands): string | undefined => {
  let bound: Bound = new Map()
  for (const [name, [{ node }, axes, ...dtypes]] of Object.entries(operands)) {
    const names = axes.split(' ').filter((axis) => axis !== '')
    const allowed = dtypes.length === 0 ? ['f32'] : dtypes
    const next = bind(bound, names, node.shape)
    if (next === undefined || !allowed.includes(node.dtype)) {
      const expected = names.flatMap((axis) => bound.get(axis) ?? [axis])
      return `${op}: ${name}: expected ${showShape(expected)} ${allowed.join(' or ')}, got ${showShape(node.shape)} ${node.dtype}`
    }
    bound = next
  }
  return undefined
}

/** The result where the operands have the signature, else a fault; what a primitive finds wrong comes first. */
export const checked = (op: string, operands: Operands, result: Node): Node => {
  const message = result.fault === undefined ? misfit(op, operands) : undefined
  return message === undefined
    ? result
    : faulty(
        op,
        message,
        Object.values(operands).map(([{ node }]) => node),
      )
}

/**
 * The result of a function whose operands have to have certain axes in common, held to that at run time. The types of
 * the function say the same to the compiler.
 *
 * Operands of other axes or element types make a fault, which names the operand and what it should be.
 *
 * @example
 * const squaredError = <S>(x: Tensor<S>, y: Tensor<NoInfer<S>>) =>
 *   withSignature('squaredError', { x: [x, '...s'], y: [y, '...s'] }, square(sub(x, y)))
 */
export const withSignature = <S, D extends DType>(
  op: string,
  operands: Operands,
  result: Tensor<S, D>,
): Tensor<S, D> => erased(checked(op, operands, result.node))
