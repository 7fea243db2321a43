/** Lines of comma-separated values (RFC 4180). */
import { inert } from '../effects/printable.js'

/** Beginnings that make a spreadsheet compute a formula. */
const formula = /^[=+\-@]/

/**
 * A value as a field: in quotes where it has a comma or a quote. A text that a spreadsheet would compute has an apostrophe in
 * front, as OWASP advises ("CSV Injection"); controls and ends of lines are written by their numbers.
 */
const field = (value: string | number): string => {
  const text = String(value)
  const data = inert(formula.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text)
  return /[",]/.test(data) ? `"${data.replaceAll('"', '""')}"` : data
}

/**
 * A line of fields. A name that holds controls, or that a spreadsheet would compute, is changed; JSON keeps every name as it is.
 *
 * @example
 * csvLine(['a, b', 1, '=1+1']) // `"a, b",1,'=1+1`
 */
export const csvLine = (values: readonly (string | number)[]): string => values.map(field).join(',')
