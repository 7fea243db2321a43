/** Colours of groups: as many as there are, neighbours far from each other, readable on light and on dark ground. */

/** The golden angle in degrees: multiples of it stay apart from each other. */
const turn = 137.508

export const groupClass = (group: number): string => `group-${group}`

/** A rule for each group, which are numbered from 1. */
export const groupRules = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `.${groupClass(i + 1)} { --own: hsl(${Math.round((215 + i * turn) % 360)} 62% 52%) }`,
  ).join('\n')
