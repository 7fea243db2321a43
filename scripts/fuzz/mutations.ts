/** Changes of inputs that are good: of bytes, of text, of JSON. A case gets a few of them. */
import type { Random } from './random.js'

const times = <A>(random: Random, most: number, start: A, change: (value: A) => A): A => {
  let value = start
  for (let left = 1 + random.below(most); left > 0; left -= 1) value = change(value)
  return value
}

// ---- bytes

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const interestingBytes = [0, 1, 0x7f, 0x80, 0xff] as const

const changedBytes = (random: Random, bytes: Uint8Array): Uint8Array => {
  const at = random.below(bytes.length + 1)
  const length = Math.min(bytes.length - at, 1 + random.below(16))
  // Not `slice`: that of a Buffer shares its bytes.
  const copy = new Uint8Array(bytes)
  switch (random.below(8)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
      return copy
    case 1:
      copy[at] = random.one(interestingBytes)
      return copy
    case 2:
      return bytes.slice(0, at)
    case 3:
      return joined(bytes.slice(0, at), bytes.slice(at + length))
    case 4:
      return joined(bytes.slice(0, at + length), bytes.slice(at))
    case 5:
      return copy.fill(random.one(interestingBytes), at, at + length)
    case 6:
      copy.copyWithin(at, random.below(bytes.length + 1), bytes.length)
      return copy
    default:
      // A number of four or eight bytes, as lengths, sizes and offsets are.
      return copy.fill(0xff, at, Math.min(bytes.length, at + random.one([4, 8])))
  }
}

/** Bytes with up to `most` changes. */
export const mutatedBytes = (random: Random, bytes: Uint8Array, most = 6): Uint8Array =>
  times(random, most, bytes, (current) => changedBytes(random, current))

// ---- text

const interestingTexts = [
  ...['', ' ', '\n', '\r\n', '\0', '\u001B[2J', '\u202E', '\uFEFF', '\uD800', '🙂', 'ﬁ', 'İ', 'e\u0301'],
  ...['..', '../', '/', '\\', '%s', '$&', '{}', '__proto__', 'constructor', '&amp;', '&#x110000;', '<br>'],
  ...['-1', '1e999', '999999999999', 'NaN', '０', 'cat/1.jpg 0', '(', ')', 'B*B', 'B/0'],
] as const

const changedText = (random: Random, text: string): string => {
  const at = random.below(text.length + 1)
  const end = at + random.below(12)
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + text.slice(end)
    case 2:
      return text.slice(0, end) + text.slice(at)
    case 3:
      return text.slice(0, at) + String.fromCodePoint(random.below(0x11_0000)) + text.slice(at)
    case 4:
      return text.slice(0, at) + text.slice(at, end).repeat(1 + random.below(40)) + text.slice(end)
    default:
      return text.slice(0, at) + (random.some(interestingTexts) ?? '') + text.slice(at)
  }
}

export const mutatedText = (random: Random, text: string): string =>
  times(random, 6, text, (current) => changedText(random, current))

// ---- JSON

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

const interestingValue = (random: Random): unknown => {
  switch (random.below(7)) {
    case 0:
      return random.one([0, -1, -0, 0.5, 1e9, 1e300, 2 ** 31, 2 ** 53, Number.MAX_SAFE_INTEGER])
    case 1:
      return random.one([null, true, false, [], {}, [[]], { length: 1e9 }, ['']])
    case 2:
      return random.some(interestingTexts)
    case 3:
      return random.one(['NaN', 'Infinity', '-0', 'f32', 'i32', 'bool', 'B', 'B+1', '2*B/3', '((B))'])
    case 4:
      return nested(1 + random.below(2000))
    case 5:
      return Array.from({ length: random.below(300) }, () => random.below(4))
    default:
      return 'x'.repeat(random.below(3000))
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A value with a change at one place: on the way down, each entry is as likely. */
const changedJson = (random: Random, value: unknown): unknown => {
  if (!isObject(value) || random.below(6) === 0) return interestingValue(random)
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    const at = random.below(items.length + 1)
    switch (random.below(5)) {
      case 0:
        return items.filter((_, i) => i !== at)
      case 1:
        return [...items.slice(0, at), interestingValue(random), ...items.slice(at)]
      case 2:
        return [...items.slice(0, at), ...items.slice(0, 1 + random.below(8))]
      default:
        return items.map((item, i) => (i === at ? changedJson(random, item) : item))
    }
  }
  const entries = Object.entries<unknown>({ ...value })
  const at = random.below(entries.length + 1)
  switch (random.below(6)) {
    case 0:
      return Object.fromEntries(entries.filter((_, i) => i !== at))
    case 1:
      return Object.fromEntries([...entries, [random.some(interestingTexts) ?? '', interestingValue(random)]])
    case 2:
      return Object.fromEntries(
        entries.map(([key, item], i) => [i === at ? mutatedText(random, key) : key, item]),
      )
    default:
      return Object.fromEntries(
        entries.map(([key, item], i) => [key, i === at ? changedJson(random, item) : item]),
      )
  }
}

export const mutatedJson = (random: Random, value: unknown): unknown =>
  times(random, 4, value, (current) => changedJson(random, current))
