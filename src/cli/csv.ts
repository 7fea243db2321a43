/** Lines of comma-separated values (RFC 4180). */

/** A value as a field: in quotes where it has a comma, a quote or a line break. */
const field = (value: string | number): string => {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A line of fields.
 *
 * @example
 * csvLine(['a, b', 1]) // '"a, b",1'
 */
export const csvLine = (values: readonly (string | number)[]): string => values.map(field).join(',')
