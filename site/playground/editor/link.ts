/** The state of the playground in the address of the page: a link opens the same program. */

const through = async (bytes: BlobPart, change: GenericTransformStream): Promise<Uint8Array> =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(change)).arrayBuffer())

const toText = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

const fromText = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )

/** The part of an address after `#` for a program: compressed, in letters, digits, `-` and `_`. */
export const hashOf = async (code: string): Promise<string> =>
  `#code=${toText(await through(code, new CompressionStream('deflate-raw')))}`

/** What an address asks for: a program, an example by its name, or nothing. */
export type Asked =
  | { readonly tag: 'Code'; readonly code: string }
  | { readonly tag: 'Example'; readonly name: string }
  | { readonly tag: 'Nothing' }

/** Reads the part of an address after `#`; one that was cut off or changed asks for nothing. */
export const askedBy = async (hash: string): Promise<Asked> => {
  const given = new URLSearchParams(hash.replace(/^#/, ''))
  const [code, name] = [given.get('code'), given.get('example')]
  if (name !== null) return { tag: 'Example', name }
  if (code === null) return { tag: 'Nothing' }
  try {
    const bytes = await through(fromText(code), new DecompressionStream('deflate-raw'))
    return { tag: 'Code', code: new TextDecoder().decode(bytes) }
  } catch {
    return { tag: 'Nothing' }
  }
}
