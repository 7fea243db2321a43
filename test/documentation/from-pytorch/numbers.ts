/** Numbers of this library and of its peers, and how far they may be apart. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

/** What is computed with: PyTorch's integers have 64 bits, ours 32; all real numbers here are computed in 64 bits. */
const kind = t.keyof({ float: null, int: null, bool: null })

/** Elements; what JSON has no numbers for is text. */
const element = t.union([t.number, t.keyof({ NaN: null, Infinity: null, '-Infinity': null })])

export const numbersCodec = t.type({
  kind,
  shape: t.array(t.number),
  elements: t.array(element),
})

/** A tensor's numbers, as files and the peers' script write them. */
export type Numbers = t.TypeOf<typeof numbersCodec>

/** Significant digits that are stored. */
const digits = 9

export const storedElement = (value: number): number | 'NaN' | 'Infinity' | '-Infinity' => {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return Number(value.toPrecision(digits))
  return value > 0 ? 'Infinity' : '-Infinity'
}

/** Numbers of another library are those of this one up to rounding: both sides compute in double precision. */
const tolerance = { relative: 1e-6, absolute: 1e-7 } as const

/** How far means and standard deviations of random numbers may be apart, in standard deviations. */
const spreadTolerance = 0.05

const isClose = (ours: number, theirs: number): boolean =>
  Object.is(ours, theirs) ||
  ours === theirs ||
  Math.abs(ours - theirs) <= tolerance.absolute + tolerance.relative * Math.abs(theirs)

const list = (values: readonly unknown[]): string => `[${values.join(', ')}]`

/** What differs between the form of two tensors. */
const otherForm = (ours: Numbers, theirs: Numbers): string | undefined =>
  ours.kind === theirs.kind && list(ours.shape) === list(theirs.shape)
    ? undefined
    : `ours is ${ours.kind} ${list(ours.shape)}, theirs ${theirs.kind} ${list(theirs.shape)}`

/** What differs between two tensors, element by element. */
export const difference = (ours: Numbers, theirs: Numbers): string | undefined => {
  const form = otherForm(ours, theirs)
  if (form !== undefined) return form
  const at = ours.elements.findIndex((value, i) => !isClose(Number(value), Number(theirs.elements[i])))
  return at < 0
    ? undefined
    : `element ${at} of ${list(ours.shape)} is ${ours.elements[at]}, theirs is ${theirs.elements[at]}`
}

/** The mean and the standard deviation of many random numbers. */
export const moments = ({ kind: of, shape, elements }: Numbers): Numbers => {
  const values = elements.map(Number)
  const mean = values.reduce((total, value) => total + value, 0) / values.length
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0)
  return { kind: of, shape, elements: [mean, Math.sqrt(squares / values.length)].map(storedElement) }
}

/** What differs between the moments of two random tensors. */
export const differenceOfMoments = (ours: Numbers, theirs: Numbers): string | undefined => {
  const form = otherForm(ours, theirs)
  if (form !== undefined) return form
  const deviation = Number(theirs.elements[1])
  const far = ours.elements.some(
    (value, i) => !(Math.abs(Number(value) - Number(theirs.elements[i])) <= spreadTolerance * deviation),
  )
  return far
    ? `mean and deviation are ${list(ours.elements)}, theirs are ${list(theirs.elements)}`
    : undefined
}

/** Decodes the numbers of several rows, each of one tensor or more. */
export const decodeNumbers = (
  said: unknown,
): E.Either<string, Readonly<Record<string, readonly Numbers[]>>> =>
  E.mapLeft((errors: t.Errors) => `${errors.length} entries are no numbers`)(
    t.record(t.string, t.array(numbersCodec)).decode(said),
  )
