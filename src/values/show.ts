/** Tensor values as text, laid out as numpy's `str` lays out arrays. */
import type { TensorValue } from './value.js'
import { elementCount } from './value.js'
import { largest, smallest } from './extremes.js'

/** Above this number of elements the middle of each long axis is left out. */
const threshold = 1000
/** Elements at each end of an axis that is shortened. */
const edge = 3
const lineWidth = 75

const widest = (texts: readonly string[]): number =>
  texts.reduce((most, { length }) => Math.max(most, length), 0)

/** The positions along an axis that are shown; undefined stands for those left out. */
const shownAlong = (size: number, shortened: boolean): readonly (number | undefined)[] => {
  const all = Array.from({ length: size }, (_, i) => i)
  return shortened && size > 2 * edge ? [...all.slice(0, edge), undefined, ...all.slice(-edge)] : all
}

/** Positions in the data of all elements that are shown. */
const shownElements = (shape: readonly number[], shortened: boolean): readonly number[] =>
  shape.reduce<readonly number[]>(
    (starts, size) =>
      starts.flatMap((start) =>
        shownAlong(size, shortened).flatMap((i) => (i === undefined ? [] : [start * size + i])),
      ),
    [0],
  )

/** The fewest significant digits that tell a number from its neighbours, at single precision or at double. */
const shortest = (x: number, single: boolean): { readonly value: number; readonly digits: number } => {
  const same = (text: string): boolean => (single ? Math.fround(Number(text)) : Number(text)) === x
  for (let digits = 1; digits < 17; digits += 1) {
    const text = x.toPrecision(digits)
    if (same(text)) return { value: Number(text), digits }
  }
  return { value: x, digits: 17 }
}

/** Digits after the point, at most 8, without trailing zeros. */
const decimal = (x: number, single: boolean): string => {
  const { value } = shortest(x, single)
  const text = value.toFixed(8).replace(/0+$/, '')
  return Object.is(value, -0) ? `-${text}` : text
}

/** Parts of numbers brought to one width: whole parts from the left, fractions from the right. */
const aligned = (
  texts: readonly string[],
  fill: ' ' | '0',
  exponents: readonly string[],
): readonly string[] => {
  const split = texts.map((text) => text.split('.'))
  const whole = widest(split.map(([before = '']) => before))
  const fraction = widest(split.map(([, after = '']) => after))
  return split.map(
    ([before = '', after = ''], i) =>
      `${before.padStart(whole)}.${after.padEnd(fraction, fill)}${exponents[i] ?? ''}`,
  )
}

/** Numbers that are finite, in positional notation, or in scientific where their sizes differ by more than 1000. */
const finiteNumbers = (numbers: readonly number[], single: boolean): readonly string[] => {
  const sizes = numbers.map(Math.abs).filter((size) => size > 0)
  const [least, most] = [smallest(sizes), largest(sizes)]
  const scientific = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1000)
  if (!scientific) {
    return aligned(
      numbers.map((x) => decimal(x, single)),
      ' ',
      [],
    )
  }
  const parts = numbers.map((x) => {
    const { value, digits } = shortest(x, single)
    const [mantissa = '', exponent = '+0'] = value.toExponential(Math.min(8, digits - 1)).split('e')
    return { mantissa, exponent: `e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}` }
  })
  return aligned(
    parts.map(({ mantissa }) => (mantissa.includes('.') ? mantissa : `${mantissa}.`)),
    '0',
    parts.map(({ exponent }) => exponent),
  )
}

const words: Readonly<Record<string, string>> = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' }

const floats = (numbers: readonly number[], single: boolean): readonly string[] => {
  const places = numbers.flatMap((x, i) => (Number.isFinite(x) ? [i] : []))
  const texts = finiteNumbers(numbers.filter(Number.isFinite), single)
  const finite = new Map(places.map((at, i) => [at, texts[i]]))
  return numbers.map((x, i) => finite.get(i) ?? words[String(x)] ?? '')
}

/** The elements as text, all of one width. */
const elementTexts = ({ dtype, data }: TensorValue, positions: readonly number[]): readonly string[] => {
  const numbers = positions.map((at) => data[at] ?? Number.NaN)
  const texts =
    dtype === 'f32'
      ? floats(numbers, data instanceof Float32Array)
      : numbers.map((x) => (dtype === 'i32' ? String(x) : x === 0 ? 'False' : 'True'))
  const width = widest(texts)
  return texts.map((text) => text.padStart(width))
}

/** Elements in lines that end before `width`, each after the indentation. */
const wrapped = (elements: readonly string[], indentation: string, width: number): string => {
  const { lines, line } = elements.reduce<{ readonly lines: readonly string[]; readonly line: string }>(
    ({ lines: done, line: open }, element) => {
      const longer = `${open}${open === indentation ? '' : ' '}${element}`
      return longer.length > width && open !== indentation
        ? { lines: [...done, open], line: `${indentation}${element}` }
        : { lines: done, line: longer }
    },
    { lines: [], line: indentation },
  )
  return [...lines, line].join('\n').slice(indentation.length)
}

/**
 * A tensor value as text, laid out as numpy lays out arrays: columns in line, eight digits after the point at most, long
 * axes shortened above 1000 elements.
 *
 * @example
 * tensor.show(tensor.f32([[1, 2.5], [-3, 4]]))
 * // [[ 1.   2.5]
 * //  [-3.   4. ]]
 */
export const show = (value: TensorValue): string => {
  const { shape } = value
  const count = elementCount(shape)
  if (count === 0) return '[]'
  const shortened = count > threshold
  const positions = shownElements(shape, shortened)
  const texts = elementTexts(value, positions)
  const textAt = new Map(positions.map((at, i) => [at, texts[i] ?? '']))
  const part = (axis: number, start: number, indentation: string, width: number): string => {
    const size = shape[axis]
    if (size === undefined) return (textAt.get(start) ?? '').trim()
    const inner = axis === shape.length - 1
    const items = shownAlong(size, shortened).map((i) => {
      if (i === undefined) return '...'
      const at = start * size + i
      return inner ? (textAt.get(at) ?? '') : part(axis + 1, at, `${indentation} `, width - 1)
    })
    const lines = '\n'.repeat(shape.length - axis - 1)
    return `[${inner ? wrapped(items, indentation, width - 1) : items.join(`${lines}${indentation}`)}]`
  }
  return part(0, 0, ' ', lineWidth)
}
