/** A layout: how domains are found under a root, and the images of each with the names of their classes. */
import type * as Effect from '../effects/effect.js'

/** What images of a domain are taken for. */
export const purposes = ['training', 'evaluation'] as const
export type Purpose = (typeof purposes)[number]

/** An image and its class by name. */
export interface NamedImage {
  readonly path: string
  readonly className: string
}

export interface NamedDomain {
  readonly name: string
  readonly training: readonly NamedImage[]
  readonly evaluation: readonly NamedImage[]
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
}

export interface DataSetLayout<N extends string = string> {
  readonly name: N
  /** Where a domain's images belong, for advice. */
  readonly place: (root: string, domain: string) => string
  /** Whether a root looks like this layout. Fails if there is no such root. */
  readonly recognises: (root: string) => Effect.Effect<boolean>
  /** Names of all domains. */
  readonly domainNames: (root: string) => Effect.Effect<readonly string[]>
  /** Images of these domains, which are among `domainNames`, in this order. */
  readonly read: (root: string, domains: readonly string[]) => Effect.Effect<Reading>
}
