/** The published name of a CLIP, found by its sizes. */
import type { ClipArchitecture } from './architecture.js'
import type { PublishedName } from './published-architectures.js'
import { publishedArchitectures, publishedNames } from './published-architectures.js'

const sameShape = (a: ClipArchitecture, b: ClipArchitecture): boolean => {
  const sizesOfB = new Map<string, unknown>(Object.entries(b))
  return Object.entries(a).every(([key, size]) => String(sizesOfB.get(key)) === String(size))
}

/** The name of the published CLIP that has these sizes, if one has. */
export const publishedName = (architecture: ClipArchitecture): PublishedName | undefined =>
  publishedNames.find((name) => sameShape(publishedArchitectures[name], architecture))
