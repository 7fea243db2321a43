/** Calls that are one small change away from a call: most of them are wrong, some are right in another way. */
import * as fc from 'fast-check'
import type { Dim, DType } from '../../../src/dsl/index.js'
import type { Argument, Call } from './call.js'

const replaced = <T>(items: readonly T[], at: number, ...by: readonly T[]): readonly T[] => [
  ...items.slice(0, at),
  ...by,
  ...items.slice(at + 1),
]

/** One item dropped, repeated, exchanged with the next, or changed. */
const listNear = <T>(items: readonly T[], near: (item: T) => fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  items.length === 0
    ? fc.constant(items)
    : fc.nat(items.length - 1).chain((at) => {
        const [item, next] = items.slice(at, at + 2)
        if (item === undefined) return fc.constant(items)
        return fc.oneof(
          fc.constant(replaced(items, at)),
          fc.constant(replaced(items, at, item, item)),
          fc.constant(next === undefined ? items : replaced(replaced(items, at, next), at + 1, item)),
          { weight: 3, arbitrary: near(item).map((changed) => replaced(items, at, changed)) },
        )
      })

/** Another well-formed dim. */
const wellFormed = (dim: Dim): fc.Arbitrary<Dim> =>
  fc.constantFrom<Dim>(
    ...(typeof dim === 'number' ? [dim + 1, dim * 2, 0] : [`${dim}+1`, `2*${dim}`, 77]),
    1,
    'Z',
  )

/** Another dim, which may be none. */
const dimNear = (dim: Dim): fc.Arbitrary<Dim> =>
  fc.oneof(
    { weight: 2, arbitrary: wellFormed(dim) },
    fc.constantFrom<Dim>(
      ...(typeof dim === 'number'
        ? [-dim - 1, dim + 0.5]
        : [
            '',
            `${dim} `,
            `2*${dim}*`,
            `${dim}+*2`,
            `(${dim}`,
            `2${dim}`,
            `((${dim}))`,
            `(${dim})2`,
            `${dim}-1`,
            `${dim}^2`,
          ]),
    ),
  )

const numberNear = (value: number): fc.Arbitrary<number> =>
  fc.constantFrom(value + 1, value - 1, -value - 1, value * 2, value + 9, value + 0.5, 0)

/** A word lost, doubled, moved or renamed, or a sign wrong. */
const specNear = (text: string): fc.Arbitrary<string> =>
  fc.oneof(
    listNear(text.split(' '), () => fc.constantFrom('z', '1', '')).map((words) => words.join(' ')),
    fc.constantFrom(',', '->', '(', ')', ' ', ', ', ' ->').chain((sign) => {
      const at = Math.max(text.indexOf(sign), 0)
      return fc.constantFrom(text.replace(sign, ''), text.slice(0, at) + sign + text.slice(at))
    }),
    fc.constantFrom(` ${text}`, `${text} `, text.replace(' ', ' -> '), text.replace(' ', ', '), ''),
  )

const dtypeNear = (dtype: DType): fc.Arbitrary<DType> =>
  fc.constantFrom<DType>('f32', 'i32', 'bool').filter((other) => other !== dtype)

const changeOf = (argument: Argument): fc.Arbitrary<Argument> => {
  switch (argument.tag) {
    case 'Tensor':
      return fc.oneof(
        {
          weight: 3,
          arbitrary: listNear(argument.shape, wellFormed).map((shape) => ({ ...argument, shape })),
        },
        fc.constantFrom([], [3, ...argument.shape]).map((shape) => ({ ...argument, shape })),
        dtypeNear(argument.dtype).map((dtype) => ({ ...argument, dtype })),
      )
    case 'Dim':
    case 'Handle':
      return dimNear(argument.dim).map((dim) => ({ ...argument, dim }))
    case 'Number':
      return numberNear(argument.value).map((value) => ({ ...argument, value }))
    case 'Spec':
      return specNear(argument.text).map((text) => ({ ...argument, text }))
    case 'List':
      return listNear(argument.items, changeOf).map((items) => ({ ...argument, items }))
    case 'Tuple':
      return fc.nat(argument.items.length - 1).chain((at) => {
        const item = argument.items[at]
        return item === undefined
          ? fc.constant(argument)
          : changeOf(item).map((changed) => ({ ...argument, items: replaced(argument.items, at, changed) }))
      })
    case 'Record':
      return fc.constantFrom(...Object.entries(argument.entries)).chain(([name, entry]) =>
        changeOf(entry).map((changed) => ({
          ...argument,
          entries: { ...argument.entries, [name]: changed },
        })),
      )
    case 'Sizes':
      return fc
        .oneof(
          fc.constant([...Object.entries(argument.sizes), ['z', 2] as const]),
          listNear(Object.entries(argument.sizes), ([name, size]) =>
            dimNear(size).map((other): [string, Dim] => [name, other]),
          ),
        )
        .map((entries) => ({ ...argument, sizes: Object.fromEntries(entries) }))
    case 'Result':
      return nearby(argument.of).map((of) => ({ ...argument, of }))
    case 'Fixed':
      return fc.constant(argument)
  }
}

/** A call that differs in one place. */
export const nearby = (call: Call): fc.Arbitrary<Call> => {
  const places = call.given.flatMap(({ tag }, place) => (tag === 'Fixed' ? [] : [place]))
  return fc.constantFrom(...places).chain((place) => {
    const argument = call.given[place]
    return argument === undefined
      ? fc.constant(call)
      : changeOf(argument).map((changed) => ({ ...call, given: replaced(call.given, place, changed) }))
  })
}
