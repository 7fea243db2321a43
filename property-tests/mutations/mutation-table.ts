/** Which law catches each planted fault, and after how many cases. */
import type { LawViolation } from '../../src/laws/index.js'
import { checkLaw } from '../../src/laws/index.js'
import type { PlantedFault } from './planted-fault.js'

export interface CaughtFault {
  readonly planted: PlantedFault
  /** The violation of the law that must catch it; `undefined` if it did not. */
  readonly violation: LawViolation | undefined
}

/** Tries the laws that must catch a fault, one after the other. The smallest case is not looked for. */
export const tryToCatch = (planted: PlantedFault, runs: number, seed: number): CaughtFault => {
  const laws = planted.declaration.laws.filter(({ family }) => family === planted.caughtBy)
  for (const law of laws) {
    const outcome = checkLaw(planted.declaration, law, { runs, seed, shrink: false })
    if (outcome.tag === 'LawViolation') return { planted, violation: outcome }
  }
  return { planted, violation: undefined }
}

const cells = ({ planted: { declaration, fault, caughtBy }, violation }: CaughtFault): readonly string[] => [
  declaration.name,
  fault,
  violation === undefined ? `not by '${caughtBy}'` : violation.law.name,
  violation === undefined ? '-' : String(violation.cases),
]

const heading = ['function', 'planted fault', 'caught by', 'after cases']

/** As text, the columns aligned. */
export const tableAsText = (caught: readonly CaughtFault[]): string => {
  const rows = [heading, ...caught.map(cells)]
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** As Markdown. */
export const tableAsMarkdown = (caught: readonly CaughtFault[]): string =>
  [heading, heading.map(() => '---'), ...caught.map(cells)].map((row) => `| ${row.join(' | ')} |`).join('\n')
