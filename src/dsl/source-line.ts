/** The line of a user's program that is being run, for faults. */

/** How many frames are read: a layer of layers may be far from the operation that it applies. */
const depth = 100

/** A stack that was taken, and becomes text when it is read. Engines other than V8 have the text at once, or none. */
export interface Stack {
  readonly stack?: string
}

/** The stack of now. Engines without `stackTraceLimit` give the whole stack, or none. */
export const stackNow = (): Stack => {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit')
  Reflect.set(Error, 'stackTraceLimit', depth)
  const taken = new Error('where')
  Reflect.set(Error, 'stackTraceLimit', limit)
  return taken
}

/** The place in a frame's last parentheses, or at its end: `file:///a/b.ts:12:5`, `/a/b.ts:12:5`. */
const placeIn = (frame: string): string | undefined =>
  /(?:\(|@|at (?:async )?)([^()@]+:\d+:\d+)\)?$/.exec(frame)?.[1]

const pathOf = (place: string): string => (place.startsWith('file://') ? decodeURI(place.slice(7)) : place)

/** The folder of this library, from the frame of this file; undefined in a bundle, which has other files. */
const libraryOf = (ownFrame: string | undefined): string | undefined =>
  /^(.*\/)dsl\/source-line\.[jt]s:\d+:\d+$/.exec(ownFrame ?? '')?.[1]

/** Frames of packages and of the JavaScript engine are not the user's. */
const isOfPackage = (path: string): boolean => path.includes('/node_modules/') || path.startsWith('node:')

/**
 * The nearest line outside of this library and of packages, as `path:line:column`; undefined where there is none, as in a
 * bundle that holds both.
 */
export const lineIn = ({ stack }: Stack): string | undefined => {
  const places = (typeof stack === 'string' ? stack : '')
    .split('\n')
    .flatMap((frame) => placeIn(frame.trim()) ?? [])
    .map(pathOf)
  const library = libraryOf(places[0])
  return library === undefined
    ? undefined
    : places.find((place) => !place.startsWith(library) && !isOfPackage(place))
}

/** The line of now: `lineIn` of the present stack, for faults. */
export const sourceLine = (): string | undefined => lineIn(stackNow())
