/** Figures that an example states in the comment at its top: `test/accuracy 0.94`. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** The first comment of an example. */
export const commentOf = (name: string): string =>
  /^\/\*\*.*?\*\//s.exec(readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8'))?.[0] ?? ''

/** The number after a name in the comment of an example; NaN if there is none. */
const statedFigure = (example: string, name: string): number => {
  const words = commentOf(example).replaceAll(/\s*\n \* ?/g, ' ')
  const found = words.split(`${name} `)[1]
  return Number.parseFloat(found ?? '')
}

/**
 * Expects each figure of a run to be what the example's comment says it is, to a share of it: rounding differs between
 * machines, and training makes differences large.
 */
export const expectStated = (
  example: string,
  figures: Readonly<Record<string, number | undefined>>,
  share: number,
): void => {
  for (const [name, found = Number.NaN] of Object.entries(figures)) {
    const stated = statedFigure(example, name)
    expect(Math.abs(found - stated), `${name} is ${found}, ${example} says ${stated}`).toBeLessThanOrEqual(
      share * stated,
    )
  }
}
