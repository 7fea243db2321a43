/** The state of an optimizer: tensors in records and lists, each named by its path, such as `0/firstMoment/w`. */
import { typed } from '../dsl/erasure.js'
import type { AnyTensor } from '../dsl/program.js'
import type { Tensor } from '../dsl/tensor.js'
import type { DType } from '../values/value.js'

/** A tensor of any shape and type, or a record or a list of states. */
export type State = AnyTensor | readonly State[] | { readonly [name: string]: State }

/** Tells tensors from records: a record may have a member `dtype`, but that is a state, not text. */
const isTensor = (state: State): state is AnyTensor => 'dtype' in state && typeof state.dtype === 'string'

const isList = (state: State): state is readonly State[] => Array.isArray(state)

/** The state with `f` applied to each of its tensors and the tensor's name. */
export const mapState = (
  state: State,
  f: <S, D extends DType>(x: Tensor<S, D>, name: string) => Tensor<S, D>,
): State => {
  const visit = (at: State, path: readonly (string | number)[]): State => {
    if (isTensor(at)) return f(typed(at.node), path.join('/'))
    return isList(at)
      ? at.map((part, i) => visit(part, [...path, i]))
      : Object.fromEntries(Object.entries(at).map(([name, part]) => [name, visit(part, [...path, name])]))
  }
  return visit(state, [])
}

/** The tensors of a state with their names. */
export const tensorsOf = (state: State): readonly (readonly [name: string, tensor: AnyTensor])[] => {
  const under = (name: string | number, part: State) =>
    tensorsOf(part).map(([rest, tensor]) => [rest === '' ? String(name) : `${name}/${rest}`, tensor] as const)
  if (isTensor(state)) return [['', state]]
  return isList(state)
    ? state.flatMap((part, i) => under(i, part))
    : Object.entries(state).flatMap(([name, part]) => under(name, part))
}

/**
 * The state `a` with `f` applied to each of its tensors and the tensor of the same name in `b`; tensors that `b` lacks stay.
 *
 * @example
 * const kept = (skipped: Tensor<[], 'bool'>, before: State, after: State): State =>
 *   zipState(before, after, (old, next) => where(skipped, old, next))
 */
export const zipState = (
  a: State,
  b: State,
  f: <S, D extends DType>(x: Tensor<S, D>, y: Tensor<S, D>) => Tensor<S, D>,
): State => {
  const others = new Map(tensorsOf(b))
  return mapState(a, (x, name) => f(x, typed(others.get(name)?.node ?? x.node)))
}
