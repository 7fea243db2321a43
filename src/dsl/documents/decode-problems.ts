/** io-ts errors in plain words: one line for each wrong field. */
import * as t from 'io-ts'

const isCombination = (type: t.Decoder<unknown, unknown>): boolean =>
  type instanceof t.IntersectionType || type instanceof t.UnionType

/** The path of a field, such as `clip.vision_layers` or `losses.2.loss_ce`, without the members of unions and intersections. */
const pathOf = (context: t.Context): string =>
  context
    .filter(({ key }, i) => {
      const parent = context[i - 1]
      return key !== '' && (parent === undefined || !isCombination(parent.type))
    })
    .map(({ key }) => key)
    .join('.')

/** The name of a type. Lists and objects are named as such, without their contents. */
const nameOf = (type: t.Decoder<unknown, unknown> | undefined): string => {
  const name = type?.name ?? 'something else'
  if (type instanceof t.ArrayType) return 'a list'
  if (!name.includes('{')) return name
  return type instanceof t.UnionType ? 'an object of a known kind' : 'an object'
}

/** A value in a message: as JSON, shortened where it is long. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

/**
 * One line for each wrong field: its path, its value and the wanted type.
 *
 * @example
 * const decoded = t.type({ batch: t.number }).decode({ batch: 'many' })
 * const problems = decoded._tag === 'Left' ? decodeProblems(decoded.left) : [] // ['batch is "many", wanted number']
 */
export const decodeProblems = (errors: t.Errors): readonly string[] => [
  ...new Set(
    errors.map(({ value, context }) => {
      const path = pathOf(context)
      const name = path === '' ? 'it' : path
      return value === undefined
        ? `${name} is missing`
        : `${name} is ${shown(value)}, wanted ${nameOf(context.at(-1)?.type)}`
    }),
  ),
]
