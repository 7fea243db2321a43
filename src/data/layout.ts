/** What a layout is: a way to find domains under a root, and the images of each with the names of their classes. */
import type { Effect } from '../effects/effect.js'
import type { LayoutName } from './data-set.js'

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

/** An image that a list names and that is not there; `listed` is the place that names it. */
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

export interface DataSetLayout {
  readonly name: LayoutName
  /** Where a domain's images are to be put, for advice. */
  readonly place: (root: string, domain: string) => string
  /** Whether a root looks like this layout. Fails if there is no such root. */
  readonly recognises: (root: string) => Effect<boolean>
  /** Names of all domains. */
  readonly domainNames: (root: string) => Effect<readonly string[]>
  /** Images of these domains, which are among `domainNames`, in this order. */
  readonly read: (root: string, domains: readonly string[]) => Effect<Reading>
}
