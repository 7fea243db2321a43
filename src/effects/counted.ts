/** Numbers of things in messages. */

/** A number with its noun: `1 image`, `1,024 images`; of another plural: `7 classes`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
