/** Pairs of a source and a target, and how tables head their columns. */
import type { DataSet } from '../../data/data-set.js'

export interface DomainPair {
  readonly source: string
  readonly target: string
}

/** Every domain to every other one, in the order of the domains. */
export const allPairs = (domains: readonly string[]): readonly DomainPair[] =>
  domains.flatMap((source) =>
    domains.filter((target) => target !== source).map((target) => ({ source, target })),
  )

/** The pairs that a data set is published for: VisDA-2017 goes one way, from renderings to photos. */
export const usualPairs = ({ layout, domains }: DataSet): readonly DomainPair[] =>
  layout === 'visda-2017'
    ? [{ source: 'synthetic', target: 'real' }]
    : allPairs(domains.map(({ name }) => name))

/** Two letters for a domain, as the paper writes them: `real_world` is Rw, `art` is Ar. */
const abbreviation = (domain: string): string => {
  const [first = '', second] = domain.toLowerCase().split(/[\s_-]+/)
  const letters = second === undefined ? first.slice(0, 2) : `${first.slice(0, 1)}${second.slice(0, 1)}`
  return `${letters.slice(0, 1).toUpperCase()}${letters.slice(1)}`
}

/**
 * Headings for pairs: `Ar→Rw`, or whole names where two domains would be abbreviated alike.
 *
 * @example
 * pairHeadings([{ source: 'art', target: 'real_world' }]) // ['Ar→Rw']
 */
export const pairHeadings = (pairs: readonly DomainPair[]): readonly string[] => {
  const domains = [...new Set(pairs.flatMap(({ source, target }) => [source, target]))]
  const clear = new Set(domains.map(abbreviation)).size === domains.length
  const name = clear ? abbreviation : (domain: string): string => domain
  return pairs.map(({ source, target }) => `${name(source)}→${name(target)}`)
}
