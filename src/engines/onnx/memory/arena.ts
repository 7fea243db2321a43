/**
 * The memory that ONNX Runtime allocates values from on processors, imitated: `BFCArena` with its default settings (`bfc_arena.cc`, 1.30).
 * It takes regions from the operating system, each twice as large as the one before, hands out parts of them, the smallest free one that is
 * large enough, and joins parts that are free again with free neighbours.
 *
 * The operating system gives a page only once it is written to: what counts is not the size of the regions but what was touched.
 */

/** A part of a region, in use or free. */
export interface Chunk {
  readonly region: number
  readonly start: number
  size: number
  isFree: boolean
  before: Chunk | undefined
  after: Chunk | undefined
}

export interface Arena {
  readonly allocate: (bytes: number) => Chunk
  readonly release: (chunk: Chunk) => void
  /** Bytes that any allocation has covered so far, each counted once. */
  readonly touched: () => number
  /** Bytes of the regions, in the order in which they were taken. */
  readonly regions: () => readonly number[]
}

const mebibyte = 2 ** 20

/** Sizes are multiples of it. */
const granularity = 256
const firstRegion = mebibyte
const largestDoubledRegion = 1024 * mebibyte
/** A free part is handed out whole if it is less than twice as large as needed, and so many bytes are not exceeded. */
const mostUnused = 128 * mebibyte
const bins = 21

const rounded = (bytes: number): number => granularity * Math.ceil(Math.max(bytes, 1) / granularity)

/** Free parts are kept by the power of two of their size. */
const binOf = (size: number): number => Math.min(bins - 1, Math.floor(Math.log2(size / granularity)))

const isBefore = (a: Chunk, b: Chunk): boolean =>
  a.size !== b.size ? a.size < b.size : a.region !== b.region ? a.region < b.region : a.start < b.start

/** Places in order, the ones that overlap or meet joined. */
type Places = readonly { readonly start: number; readonly end: number }[]

const withPlace = (places: Places, start: number, end: number): Places => {
  if (places.some((place) => place.start <= start && end <= place.end)) return places
  const met = places.filter((place) => place.end >= start && place.start <= end)
  const joined = {
    start: met.reduce((least, place) => Math.min(least, place.start), start),
    end: met.reduce((most, place) => Math.max(most, place.end), end),
  }
  // The place that was joined last comes first: it is the one that is asked for next.
  return [joined, ...places.filter((place) => place.end < start || place.start > end)]
}

/** An arena without any region. */
export const emptyArena = (): Arena => {
  const free: Chunk[][] = Array.from({ length: bins }, () => [])
  const touchedOf: Places[] = []
  const sizes: number[] = []
  let nextRegion = firstRegion

  const insert = (chunk: Chunk): void => {
    const bin = free[binOf(chunk.size)] ?? []
    const at = bin.findIndex((other) => isBefore(chunk, other))
    bin.splice(at === -1 ? bin.length : at, 0, chunk)
    chunk.isFree = true
  }
  const remove = (chunk: Chunk): void => {
    const bin = free[binOf(chunk.size)] ?? []
    bin.splice(bin.indexOf(chunk), 1)
    chunk.isFree = false
  }
  const smallestFree = (size: number): Chunk | undefined => {
    for (let bin = binOf(size); bin < bins; bin += 1) {
      const found = free[bin]?.find((chunk) => chunk.size >= size)
      if (found !== undefined) return found
    }
    return undefined
  }
  const split = (chunk: Chunk, size: number): void => {
    const rest: Chunk = {
      region: chunk.region,
      start: chunk.start + size,
      size: chunk.size - size,
      isFree: true,
      before: chunk,
      after: chunk.after,
    }
    if (chunk.after !== undefined) chunk.after.before = rest
    chunk.after = rest
    chunk.size = size
    insert(rest)
  }
  /** A new region, large enough for a value of this size. */
  const extended = (size: number): Chunk => {
    const isTooSmall = size > nextRegion
    while (size > nextRegion) nextRegion *= 2
    const region = touchedOf.length
    touchedOf.push([])
    sizes.push(nextRegion)
    const chunk: Chunk = {
      region,
      start: 0,
      size: nextRegion,
      isFree: true,
      before: undefined,
      after: undefined,
    }
    if (!isTooSmall) nextRegion = Math.min(2 * nextRegion, largestDoubledRegion)
    insert(chunk)
    return chunk
  }
  /** The second of two neighbours becomes a part of the first. */
  const join = (first: Chunk, second: Chunk): void => {
    first.size += second.size
    first.after = second.after
    if (second.after !== undefined) second.after.before = first
  }

  return {
    allocate: (bytes) => {
      const size = rounded(bytes)
      const chunk = smallestFree(size) ?? extended(size)
      remove(chunk)
      if (chunk.size >= 2 * size || chunk.size - size >= mostUnused) split(chunk, size)
      touchedOf[chunk.region] = withPlace(touchedOf[chunk.region] ?? [], chunk.start, chunk.start + bytes)
      return chunk
    },
    release: (chunk) => {
      const { before, after } = chunk
      if (after?.isFree === true) {
        remove(after)
        join(chunk, after)
      }
      if (before?.isFree === true) {
        remove(before)
        join(before, chunk)
        insert(before)
      } else {
        insert(chunk)
      }
    },
    regions: () => [...sizes],
    touched: () => touchedOf.flat().reduce((sum, { start, end }) => sum + (end - start), 0),
  }
}
