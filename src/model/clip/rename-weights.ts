/** Weights of a CLIP under other names: tensors renamed, transposed, cut and joined, every number bit for bit. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TensorValue } from '../../values/value.js'
import { bytesOf } from '../../values/value.js'
import type { NamedValues } from '../../values/named-values.js'
import type { Counterpart, ProjectionLayout } from './hugging-face-names.js'
import type { NotAClip, TensorShapes } from './infer-architecture.js'
import type { NamingConvention } from './naming-conventions.js'
import { isBuffer, namesUnder, openAiNameUnder, possessive } from './naming-conventions.js'
import { lookup } from '../../values/record.js'

type Shape = readonly number[]

/** The parts of a packed projection, in the order of their rows. */
const packedParts: readonly ProjectionLayout[] = ['queries', 'keys', 'values']

/** Elements of the same type from their bytes. Bytes are copied as they are, so that every NaN keeps its bits. */
const ofBytes = (like: TensorValue, shape: Shape, { buffer }: Uint8Array<ArrayBuffer>): TensorValue => {
  if (like.dtype === 'i32') return { dtype: 'i32', shape, data: new Int32Array(buffer) }
  if (like.dtype === 'bool') return { dtype: 'bool', shape, data: new Uint8Array(buffer) }
  const Floats = like.data instanceof Float64Array ? Float64Array : Float32Array
  return { dtype: 'f32', shape, data: new Floats(buffer) }
}

/** A matrix with rows and columns exchanged. */
const transposed = (value: TensorValue): TensorValue => {
  const [rows = 0, columns = 0] = value.shape
  const from = bytesOf(value.data)
  const size = value.data.BYTES_PER_ELEMENT
  const to = new Uint8Array(from.length)
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      for (let byte = 0; byte < size; byte += 1)
        to[(column * rows + row) * size + byte] = from[(row * columns + column) * size + byte] ?? 0
  return ofBytes(value, [columns, rows], to)
}

/** The shape of a third of the rows. */
const thirdOf = ([rows = 0, ...rest]: Shape): Shape => [rows / 3, ...rest]

/** One of the three equal parts of a tensor's rows. */
const third = (value: TensorValue, index: number): TensorValue => {
  const bytes = bytesOf(value.data)
  const length = bytes.length / 3
  return ofBytes(
    value,
    thirdOf(value.shape),
    Uint8Array.from(bytes.subarray(index * length, (index + 1) * length)),
  )
}

/** Tensors of one shape and type below each other. */
const joinRows = (first: TensorValue, others: readonly TensorValue[]): TensorValue => {
  const parts = [first, ...others]
  const [rows = 0, ...rest] = first.shape
  const joined = new Uint8Array(parts.length * first.data.byteLength)
  parts.forEach((part, i) => joined.set(bytesOf(part.data), i * first.data.byteLength))
  return ofBytes(first, [parts.length * rows, ...rest], joined)
}

/** The shape that a tensor has in another layout than OpenAI's. */
export const shapeIn = (layout: ProjectionLayout, shape: Shape): Shape => {
  if (layout === 'same') return shape
  return layout === 'transposed' ? shape.toReversed() : thirdOf(shape)
}

/** The shape of OpenAI's tensor, from the shape of its counterpart in another layout. */
const openAiShape = (layout: ProjectionLayout, shape: Shape): Shape => {
  const [rows = 0, ...rest] = shape
  if (layout === 'same') return shape
  return layout === 'transposed' ? shape.toReversed() : [3 * rows, ...rest]
}

/** Shapes under OpenAI's names, of those under a convention's. Names that the convention lacks are left out. */
export const shapesUnderOpenAiNames = (convention: NamingConvention, shapes: TensorShapes): TensorShapes =>
  Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) => {
      const counterpart = openAiNameUnder(convention, name)
      return counterpart === undefined
        ? []
        : [[counterpart.name, openAiShape(counterpart.layout, shape)] as const]
    }),
  )

const inLayout = (
  value: TensorValue,
  tensor: string,
  { name, layout }: Counterpart,
): E.Either<NotAClip, readonly [string, TensorValue]> => {
  if (layout === 'same') return E.right([name, value])
  if (layout === 'transposed')
    return value.shape.length === 2
      ? E.right([name, transposed(value)])
      : E.left({ tensor, problem: `has ${value.shape.length} axes, and a projection has 2` })
  return Number.isInteger(thirdOf(value.shape)[0])
    ? E.right([name, third(value, packedParts.indexOf(layout))])
    : E.left({ tensor, problem: 'does not have three equal parts' })
}

/**
 * Weights under OpenAI's names, under those of another convention. Tensors that no model needs are left out.
 *
 * Fails at a tensor that the other convention has no name for,or that cannot be cut into the parts that the convention has.
 *
 * @example
 * renamedTo('hugging-face')(weights) // right({ 'visual_projection.weight': ..., ... })
 */
export const renamedTo =
  (convention: NamingConvention) =>
  (weights: NamedValues): E.Either<NotAClip, NamedValues> =>
    pipe(
      Object.entries(weights).filter(([name]) => !isBuffer(name)),
      E.traverseArray(([tensor, value]) => {
        const counterparts = namesUnder(convention, tensor)
        return counterparts.length > 0
          ? E.traverseArray((counterpart: Counterpart) => inLayout(value, tensor, counterpart))(counterparts)
          : E.left<NotAClip>({
              tensor,
              problem: `has no name among ${possessive(convention)}, which are of vision transformers alone`,
            })
      }),
      E.map((renamed) => Object.fromEntries(renamed.flat())),
    )

/** The tensor under OpenAI's name, from its parts under the other convention's names. */
const assembled = (
  convention: NamingConvention,
  openAiName: string,
  weights: NamedValues,
): E.Either<NotAClip, readonly [string, TensorValue]> =>
  pipe(
    namesUnder(convention, openAiName),
    E.traverseArray(({ name, layout }) => {
      const value = lookup(name, weights)
      return value === undefined
        ? E.left<NotAClip>({ tensor: name, problem: 'is missing' })
        : E.right({ tensor: name, layout, value })
    }),
    E.flatMap(([first, ...others]) => {
      if (first === undefined) return E.left({ tensor: openAiName, problem: 'is missing' })
      const { tensor, value, layout } = first
      if (layout === 'transposed') return inLayout(value, tensor, { name: openAiName, layout })
      const unlike = others.find(
        (other) => other.value.dtype !== value.dtype || other.value.shape.join() !== value.shape.join(),
      )
      return unlike === undefined
        ? E.right([
            openAiName,
            others.length === 0
              ? value
              : joinRows(
                  value,
                  others.map((other) => other.value),
                ),
          ])
        : E.left({
            tensor: unlike.tensor,
            problem: `differs in shape from '${tensor}', which is a part of the same projection`,
          })
    }),
  )

/**
 * Weights under another convention's names, under OpenAI's. Tensors that no model needs are left out.
 *
 * Fails at a tensor that the convention does not know, and where one of three that belong together is not there or has
 * another shape than the others.
 */
export const renamedFrom =
  (convention: NamingConvention) =>
  (weights: NamedValues): E.Either<NotAClip, NamedValues> =>
    pipe(
      Object.keys(weights).filter((name) => !isBuffer(name)),
      E.traverseArray((tensor) =>
        E.fromNullable<NotAClip>({ tensor, problem: `is not among ${possessive(convention)} names` })(
          openAiNameUnder(convention, tensor)?.name,
        ),
      ),
      E.flatMap((names) =>
        E.traverseArray((name: string) => assembled(convention, name, weights))([...new Set(names)]),
      ),
      E.map((tensors) => Object.fromEntries(tensors)),
    )
