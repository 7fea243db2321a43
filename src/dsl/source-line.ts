/** The line of a user's program that is being run, for faults. */

/** How many frames are read: a layer of layers may be far from the operation that it applies. */
const depth = 100

/** The stack of now. Engines without `stackTraceLimit` give the whole stack, or none. */
const stackNow = (): string => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = depth
  const { stack } = new Error('where')
  Error.stackTraceLimit = stackTraceLimit
  return typeof stack === 'string' ? stack : ''
}

/** The place in a frame's last parentheses, or at its end: `file:///a/b.ts:12:5`, `/a/b.ts:12:5`. */
const placeIn = (frame: string): string | undefined =>
  /(?:\(|@|at (?:async )?)([^()@]+:\d+:\d+)\)?$/.exec(frame)?.[1]

const library = new URL('..', import.meta.url).href

const pathOf = (place: string): string => (place.startsWith('file://') ? decodeURI(place.slice(7)) : place)

const libraryPath = pathOf(library)

/** Frames of this library, of packages and of the engine are not the user's. */
const isOfUser = (path: string): boolean =>
  !path.startsWith(libraryPath) && !path.includes('/node_modules/') && !path.startsWith('node:')

/**
 * The nearest line outside of this library and of packages, as `path:line:column`; undefined where there is none, as in a
 * bundle that holds both. It costs a stack: for faults only.
 */
export const sourceLine = (): string | undefined =>
  stackNow()
    .split('\n')
    .flatMap((frame) => placeIn(frame.trim()) ?? [])
    .map(pathOf)
    .find(isOfUser)
