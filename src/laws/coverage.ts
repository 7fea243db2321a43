/** The table of laws and functions: which function keeps which laws. */
import type { LawOutcome } from './check.js'
import type { LawDeclaration } from './declaration.js'
import type { LawFamily } from './law.js'
import { lawFamilies } from './law.js'

/**
 * - `holds`: the function claims laws of the family, and none was broken;
 * - `violated`: at least one was broken;
 * - `not claimed`: the function claims no law of the family;
 * - `not tried`: it claims some, but this engine can check none of them.
 */
export type Coverage = 'holds' | 'violated' | 'not claimed' | 'not tried'

/** The outcomes of the laws of one function. */
export interface CheckedDeclaration {
  readonly declaration: LawDeclaration
  readonly outcomes: readonly LawOutcome[]
}

export interface CoverageTable {
  readonly families: readonly LawFamily[]
  readonly rows: readonly {
    readonly subject: string
    readonly cells: readonly Coverage[]
    readonly cases: number
  }[]
}

const coverageOf = (outcomes: readonly LawOutcome[], family: LawFamily): Coverage => {
  const own = outcomes.filter(({ law }) => law.family === family)
  if (own.length === 0) return 'not claimed'
  if (own.some(({ tag }) => tag === 'LawViolation')) return 'violated'
  return own.some(({ tag }) => tag === 'LawHeld') ? 'holds' : 'not tried'
}

const casesOf = (outcome: LawOutcome): number => (outcome.tag === 'LawNotTried' ? 0 : outcome.cases)

/** The table of these functions, without the families that no function claims. */
export const coverageTable = (checked: readonly CheckedDeclaration[]): CoverageTable => {
  const families = lawFamilies.filter((family) =>
    checked.some(({ outcomes }) => outcomes.some(({ law }) => law.family === family)),
  )
  return {
    families,
    rows: checked.map(({ declaration, outcomes }) => ({
      subject: declaration.name,
      cells: families.map((family) => coverageOf(outcomes, family)),
      cases: outcomes.reduce((total, outcome) => total + casesOf(outcome), 0),
    })),
  }
}

const signs: Readonly<Record<Coverage, string>> = {
  holds: '✓',
  violated: '✗',
  'not claimed': '·',
  'not tried': '-',
}

const legend = '✓ holds   ✗ violated   · not claimed   - not tried on this engine'

/** Letters for columns: a, b, ..., z, aa, ab, ... */
const letters = (index: number): string =>
  index < 26
    ? String.fromCharCode(97 + index)
    : `${letters(Math.floor(index / 26) - 1)}${letters(index % 26)}`

/** As text: a line for each function, a column for each family of laws. */
export const coverageAsText = ({ families, rows }: CoverageTable): string => {
  const width = rows.reduce((most, { subject }) => Math.max(most, subject.length), 0)
  const heads = families.map((_, i) => letters(i))
  const columns = heads.map((head) => head.length)
  return [
    ...families.map((family, i) => `  ${(heads[i] ?? '').padStart(2)}  ${family}`),
    '',
    `${' '.repeat(width)}  ${heads.join(' ')}`,
    ...rows.map(
      ({ subject, cells }) =>
        `${subject.padEnd(width)}  ${cells.map((cell, i) => signs[cell].padStart(columns[i] ?? 1)).join(' ')}`,
    ),
    '',
    legend,
  ].join('\n')
}

/** As Markdown: a line for each family of laws, a column for each function. */
export const coverageAsMarkdown = ({ families, rows }: CoverageTable): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(['law', ...rows.map(({ subject }) => subject)]),
    line(['---', ...rows.map(() => ':-:')]),
    ...families.map((family, i) =>
      line([family, ...rows.map(({ cells }) => signs[cells[i] ?? 'not claimed'])]),
    ),
    line(['*cases*', ...rows.map(({ cases }) => String(cases))]),
    '',
    legend,
  ].join('\n')
}
