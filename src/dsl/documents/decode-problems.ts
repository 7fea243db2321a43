/** What is wrong with a value that a codec rejects, in words: a line for each field. */
import * as t from 'io-ts'

const isCombination = (type: t.Decoder<unknown, unknown>): boolean =>
  type instanceof t.IntersectionType || type instanceof t.UnionType

/** The way to a field: `clip.vision_layers`, `losses.2.loss_ce`. Parts of a type that have no name are left out. */
const pathOf = (context: t.Context): string =>
  context
    .filter(({ key }, i) => {
      const parent = context[i - 1]
      return key !== '' && (parent === undefined || !isCombination(parent.type))
    })
    .map(({ key }) => key)
    .join('.')

/** The name of a type; of an object, not all that is in it. */
const nameOf = (type: t.Decoder<unknown, unknown> | undefined): string => {
  const name = type?.name ?? 'something else'
  if (type instanceof t.ArrayType) return 'a list'
  if (!name.includes('{')) return name
  return type instanceof t.UnionType ? 'an object of a known kind' : 'an object'
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

/**
 * One line for each thing that is wrong, without its types' innards.
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
