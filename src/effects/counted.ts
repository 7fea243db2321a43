/** Numbers of things in messages. */

/** A number with its noun: `1 image`, `1,024 images`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
