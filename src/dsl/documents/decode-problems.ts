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

/** The most characters of a value in a message. */
const shownAtMost = 60

/**
 * The JSON of a value, or a beginning of it that is longer than `room`. A value of a file may be of any size, and nested to
 * any depth: only what is shown is looked at.
 */
const beginningOfJson = (value: unknown, room: number): string => {
  if (room < 0) return ''
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room + 1))
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value)
  const isList = Array.isArray(value)
  let text = isList ? '[' : '{'
  const entries = isList ? value.slice(0, room).entries() : Object.entries(value).slice(0, room)
  for (const [key, entry] of entries) {
    if (text.length > room) return text
    const start = `${text.length > 1 ? ',' : ''}${isList ? '' : `${JSON.stringify(String(key))}:`}`
    if (entry !== undefined || isList)
      text += `${start}${beginningOfJson(entry ?? null, room - text.length - start.length)}`
  }
  return `${text}${isList ? ']' : '}'}`
}

/** A value in a message: as JSON, shortened where it is long. */
export const shown = (value: unknown): string => {
  const text = beginningOfJson(value, shownAtMost)
  return text.length <= shownAtMost ? text : `${text.slice(0, shownAtMost - 3)}...`
}

/** The most problems that are listed. */
const problemsAtMost = 100

/**
 * One line for each wrong field: its path, its value and the wanted type.
 *
 * @example
 * const decoded = t.type({ batch: t.number }).decode({ batch: 'many' })
 * const problems = decoded._tag === 'Left' ? decodeProblems(decoded.left) : [] // ['batch is "many", wanted number']
 */
export const decodeProblems = (errors: t.Errors): readonly string[] => {
  const problems = [
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
  return problems.length <= problemsAtMost
    ? problems
    : [...problems.slice(0, problemsAtMost), `${problems.length - problemsAtMost} more like these`]
}
