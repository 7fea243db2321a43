/** A layout: how domains are found under a root, and the images of each with the names of their classes. */
import type * as Effect from '../effects/effect.js'
import type { Skipped } from './skipped.js'

/** What images of a domain are taken for. */
export const purposes = ['training', 'evaluation'] as const
export type Purpose = (typeof purposes)[number]

/** A value for each purpose. */
export const byPurpose = <A>(of: (purpose: Purpose) => A): Readonly<Record<Purpose, A>> => ({
  training: of('training'),
  evaluation: of('evaluation'),
})

/** An image and its class by name. */
export interface NamedImage {
  readonly path: string
  readonly className: string
}

export interface NamedDomain extends Readonly<Record<Purpose, readonly NamedImage[]>> {
  readonly name: string
}

/** An image that a list names, but whose file is missing; `listed` is the list and the line that name it. */
export interface MissingImage {
  readonly path: string
  readonly listed: string
}

export interface Reading {
  /** Names of the classes, in their order. */
  readonly classes: readonly string[]
  readonly domains: readonly NamedDomain[]
  readonly missing: readonly MissingImage[]
  /** What lies in the folders of these domains, and in the root, and is not read. */
  readonly skipped: readonly Skipped[]
}

/** What a layout finds under a root. */
export interface FoundDomains {
  /** Names of all domains. */
  readonly names: readonly string[]
  /** What the root lacks to be recognised as of this layout, in words; nothing where it is. */
  readonly lacks: readonly string[]
  /** Where a domain's images belong, for advice. */
  readonly place: (domain: string) => string
  /** Images of these domains, which are among `names`, in this order. */
  readonly read: (domains: readonly string[]) => Effect.Effect<Reading>
}

export interface DataSetLayout<N extends string = string> {
  readonly name: N
  /** Looks for the domains under a root. Fails if there is no such root. */
  readonly find: (root: string) => Effect.Effect<FoundDomains>
}
