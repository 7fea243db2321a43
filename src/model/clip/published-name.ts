/** The published name of a CLIP, found by its sizes. */
import type { ClipArchitecture } from './architecture.js'
import type { PublishedName } from './published-architectures.js'
import { publishedArchitectures, publishedNames } from './published-architectures.js'

/** The sizes as text, without the form of blocks. */
const sizesOf = (architecture: ClipArchitecture): string =>
  JSON.stringify(
    Object.entries(architecture)
      .filter(([, size]) => typeof size !== 'object' || Array.isArray(size))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

/** The name of the published CLIP that has these sizes, if one has. */
export const publishedName = (architecture: ClipArchitecture): PublishedName | undefined =>
  publishedNames.find((name) => sizesOf(publishedArchitectures[name]) === sizesOf(architecture))
