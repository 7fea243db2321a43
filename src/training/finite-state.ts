/** Whether the numbers of a training run are still usable: looked at before they are recorded, saved or returned. */
import * as E from 'fp-ts/lib/Either.js'
import type { Failure } from '../effects/failure.js'
import { firstAmong, firstNaN, firstNotFinite } from '../values/finite.js'
import type { NamedValues } from '../values/named-values.js'

type Figures = Readonly<Record<string, number>>

/** The first figure that is NaN or infinite. */
const notFinite = (figures: Figures) => Object.entries(figures).find(([, value]) => !Number.isFinite(value))

/** Fails with `Diverged` where a figure of a step is NaN or infinite. */
export const checkFigures = <A extends Figures>(figures: A, step: number): E.Either<Failure, A> => {
  const bad = notFinite(figures)
  return bad === undefined
    ? E.right(figures)
    : E.left({ tag: 'Diverged', quantity: bad[0], step, value: bad[1] })
}

/** Fails with `NotFinite` where a figure of a monitor is NaN or infinite. */
export const checkScores = (figures: Figures, step: number): E.Either<Failure, void> => {
  const bad = notFinite(figures)
  return bad === undefined
    ? E.right(undefined)
    : E.left({
        tag: 'NotFinite',
        quantity: bad[0],
        where: `step ${step}`,
        value: bad[1],
        place: [],
        advice: 'look at what is evaluated: the losses of the steps so far are finite',
      })
}

/** Fails with `Diverged` where the state after a step cannot be continued from. */
export type StateCheck = (state: NamedValues, step: number) => E.Either<Failure, NamedValues>

/** Names of the tensors of a state that hold an infinity: they began so, and may keep it. */
export const infiniteAmong = (state: NamedValues): ReadonlySet<string> =>
  new Set(
    Object.entries(state).flatMap(([name, tensor]) => (firstNotFinite(tensor) === undefined ? [] : [name])),
  )

/**
 * The check of the states that follow a first one: no element may be NaN, and none infinite in a tensor that was finite at
 * first. A tensor that begins with infinities, such as the least loss so far, may keep them.
 */
export const stateCheck = (first: NamedValues): StateCheck => {
  const mayBeInfinite = infiniteAmong(first)
  return (state, step) => {
    const finite = Object.fromEntries(Object.entries(state).filter(([name]) => !mayBeInfinite.has(name)))
    const bad = firstAmong(finite, firstNotFinite) ?? firstAmong(state, firstNaN)
    return bad === undefined
      ? E.right(state)
      : E.left({ tag: 'Diverged', quantity: `an element of '${bad.name}'`, step, value: bad.value })
  }
}
