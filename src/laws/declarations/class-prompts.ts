/** Prompts of classes as arguments: rows `[SOS] placeholders name [EOT] padding`, as the tokenizer makes them. */
import type { Sizes } from '../../shapes/dim.js'
import type { Kind } from '../arbitraries/kind.js'
import { mapRows, rowLength } from '../arbitraries/kind.js'
import { numbersOf } from '../arbitraries/random-source.js'
import { wholesOfKind } from '../argument.js'
import { elementCount } from '../../values/value.js'
import { mapElements } from '../tensor-values.js'
import type { Trial } from '../trial.js'

const startOfText = 0
/** The largest id of the vocabulary V: a text ends at its largest id. */
const endOfText = ({ V = 2 }: Sizes): number => V - 1

/** A row: the start, the tokens of the name, the end at a position, and padding after it. */
const asPrompt = (row: ArrayLike<number>, end: number, last: number): Float64Array =>
  Float64Array.from(row, (token, position) => {
    if (position === 0 || position > end) return startOfText
    return position === end ? last : Math.min(Math.max(Math.trunc(token), 0), last - 1)
  })

/** Prompts of a vocabulary V that end no earlier than at position `before`. */
const promptKind = (before: (sizes: Sizes) => number): Kind => ({
  words: 'prompts of classes',
  draw: (random, { shape, sizes }) => {
    const [length, last] = [rowLength(shape), endOfText(sizes)]
    return mapRows(new Float64Array(elementCount(shape)), length, () =>
      asPrompt(
        numbersOf(length, () => random.nextInt(0, last - 1)),
        random.nextInt(before(sizes), length - 1),
        last,
      ),
    )
  },
  repair: (elements, { shape, sizes }) => {
    const [length, last] = [rowLength(shape), endOfText(sizes)]
    return mapRows(elements, length, (row) => {
      const end = row.findIndex((token, position) => position >= before(sizes) && token === last)
      return asPrompt(row, end < 0 ? length - 1 : end, last)
    })
  },
})

/** Prompts [K,X] over a vocabulary V (of at least 2), with a context of so many tokens. */
export const classPrompts = (contextLength: (sizes: Sizes) => number) =>
  wholesOfKind(promptKind((sizes) => 1 + contextLength(sizes)))('prompts', ['K', 'X'])

/** The prompts of a trial with other tokens where `isFree` says so: by position in a row, and the row's end. */
export const otherTokens = (
  { values: { prompts }, sizes }: Trial,
  isFree: (position: number, end: number) => boolean,
) => {
  if (prompts === undefined) return {}
  const [length, last] = [rowLength(prompts.shape), endOfText(sizes)]
  const endOf = (flat: number): number => {
    const start = flat - (flat % length)
    return prompts.data.subarray(start, start + length).indexOf(last)
  }
  return {
    prompts: mapElements(prompts, (token, flat) =>
      isFree(flat % length, endOf(flat)) ? (token + 1) % last : token,
    ),
  }
}
