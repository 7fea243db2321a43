/** What the compiler says of a program, as the playground shows it. */

/** A complaint of the compiler, with the part of the text that it is about. */
export interface Complaint {
  readonly from: number
  readonly to: number
  /** From 1. */
  readonly line: number
  /** The sentence that a shape rule says; where no shape is wrong, the compiler's first line. */
  readonly sentence: string
  /** All that the compiler says. */
  readonly message: string
}

/** The sentence of the shape rule that a message of the compiler shows; undefined if it shows none. */
export const shapeSentence = (message: string): string | undefined => {
  const found = [...message.matchAll(/ShapeError<"((?:[^"\\]|\\.)*)">/g)].at(-1)?.[1]
  return found?.replaceAll(/\\(.)/g, '$1')
}
