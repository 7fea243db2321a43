/** Tensors as tables of text. */
import type { TensorValue } from '../values/value.js'
import { elementCount } from '../values/value.js'
import { elementAt } from './tensor-values.js'
import { largest } from '../values/extremes.js'

/** A number with up to six digits; infinities are `-∞` and `∞`. */
export const compactNumber = (x: number): string => {
  if (x === Infinity) return '∞'
  if (x === -Infinity) return '-∞'
  if (Number.isInteger(x)) return Math.abs(x) < 1e15 ? String(x) : x.toExponential(3)
  const size = Math.abs(x)
  return size >= 1e-3 && size < 1e6 ? String(Number(x.toPrecision(6))) : x.toExponential(3)
}

const longestAxis = 12

const cell = (value: TensorValue, flat: number): string =>
  value.dtype === 'bool' ? String(elementAt(value, flat) !== 0) : compactNumber(elementAt(value, flat))

/** The rows of one matrix with aligned columns. Rows and columns beyond the twelfth are counted, not shown. */
const showMatrix = (value: TensorValue, start: number, rows: number, columns: number): readonly string[] => {
  const [shownRows, shownColumns] = [Math.min(rows, longestAxis), Math.min(columns, longestAxis)]
  const cells = Array.from({ length: shownRows }, (_, row) =>
    Array.from({ length: shownColumns }, (_, column) => cell(value, start + row * columns + column)),
  )
  const widths = Array.from({ length: shownColumns }, (_, column) =>
    largest(cells.map((row) => row[column]?.length ?? 0)),
  )
  const more = columns > shownColumns ? `  ... ${columns - shownColumns} more` : ''
  return [
    ...cells.map((row) => `  ${row.map((text, i) => text.padStart(widths[i] ?? 0)).join('  ')}${more}`),
    ...(rows > shownRows ? [`  ... ${rows - shownRows} more rows`] : []),
  ]
}

/** Position of the i-th matrix in the leading axes: `[0,2,:,:]`. */
const placeOf = (leading: readonly number[], index: number): string => {
  const { places } = leading.reduceRight<{ readonly rest: number; readonly places: readonly number[] }>(
    ({ rest, places: sofar }, length) => ({
      rest: Math.floor(rest / length),
      places: [rest % length, ...sofar],
    }),
    { rest: index, places: [] },
  )
  return `  [${[...places, ':', ':'].join(',')}]`
}

/**
 * A tensor as a table, one matrix after the other.
 *
 * @example
 * showTensor({ dtype: 'f32', shape: [1, 3], data: Float32Array.of(0.5, -1, -Infinity) }, 'logits')
 * // logits f32 [1,3]
 * //   0.5  -1  -∞
 */
export const showTensor = (value: TensorValue, name?: string): string => {
  const { dtype, shape } = value
  const title = `${name === undefined ? '' : `${name} `}${dtype} [${shape.join(',')}]`
  if (shape.length === 0) return `${title}  ${cell(value, 0)}`
  const columns = shape.at(-1) ?? 1
  const rows = shape.at(-2) ?? 1
  const leading = shape.slice(0, -2)
  const matrices = elementCount(leading)
  const shown = Math.min(matrices, longestAxis)
  return [
    title,
    ...Array.from({ length: shown }, (_, index) => [
      ...(leading.length === 0 ? [] : [placeOf(leading, index)]),
      ...showMatrix(value, index * rows * columns, rows, columns),
    ]).flat(),
    ...(matrices > shown ? [`  ... ${matrices - shown} more`] : []),
  ].join('\n')
}
