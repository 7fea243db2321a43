/** Numbers that a loss is given. A number that it cannot work with is a fault of the loss. */
import { erased } from '../dsl/erasure.js'
import type { Tensor } from '../dsl/index.js'
import { faulty } from '../dsl/node.js'
import type { Range } from '../dsl/setting.js'
import { outOfRange } from '../dsl/setting.js'

export { aboveZero, fromZeroBelowOne, fromZeroToOne, wholeFromZero, zeroOrMore } from '../dsl/setting.js'

export const oneOrMore: Range = {
  words: '1 or more',
  contains: (value) => value >= 1,
}

export const oneOrTwo: Range = {
  words: '1 or 2',
  contains: (value) => value === 1 || value === 2,
}

/** Numbers under their names, each with what it must be. */
type Settings = Readonly<Record<string, readonly [value: number, range: Range]>>

/** The loss where its numbers are in their ranges; else a fault, unless its operands have one already. */
export const withSettings = <S>(loss: string, settings: Settings, result: Tensor<S>): Tensor<S> => {
  const [wrong] = Object.entries(settings).flatMap(
    ([name, [value, range]]) => outOfRange(name, value, range) ?? [],
  )
  return wrong === undefined || result.node.fault !== undefined
    ? result
    : erased(faulty(loss, `${loss}: ${wrong}`, []))
}
