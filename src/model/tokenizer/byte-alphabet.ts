/** GPT-2's byte alphabet, which CLIP's vocabulary is written in: one visible character for each of the 256 bytes. */

const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, offset) => first + offset)

/** Bytes that are visible characters of Latin-1; the soft hyphen, 173, is not one. */
const visible = [...range(33, 126), ...range(161, 172), ...range(174, 255)]
const invisible = [...range(0, 32), ...range(127, 160), 173]

/** The bytes in the order of their tokens. */
export const bytesInOrder: readonly number[] = [...visible, ...invisible]

/** Their characters: a visible byte stands for itself; the others take the code points from 256 on, in order. */
export const charactersInOrder: readonly string[] = [
  ...visible,
  ...invisible.map((_, position) => 256 + position),
].map((codePoint) => String.fromCodePoint(codePoint))
