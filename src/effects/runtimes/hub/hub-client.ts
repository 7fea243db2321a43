/**
 * The client of the Hugging Face Hub, loaded when it is first needed. Its own types do not compile together with those of
 * Node (they have accessors where a `Blob` has properties), so the functions that are used are typed and checked here.
 */
import type { Fetch } from './patient-fetch.js'

interface Location {
  readonly repo: string
  readonly revision: string
  readonly hubUrl: string
  readonly fetch: Fetch
}

/** What is used of `@huggingface/hub`. */
interface HubClient {
  /** The entries of a repository's uppermost folder. */
  readonly listFiles: (location: Location) => AsyncIterable<unknown>
  /** A file whose parts are fetched when they are read; null if there is none. */
  readonly downloadFile: (
    file: Location & { readonly path: string; readonly xet: false },
  ) => Promise<Blob | null>
}

const isClient = (loaded: unknown): loaded is HubClient =>
  typeof loaded === 'object' &&
  loaded !== null &&
  'listFiles' in loaded &&
  typeof loaded.listFiles === 'function' &&
  'downloadFile' in loaded &&
  typeof loaded.downloadFile === 'function'

const specifier: string = '@huggingface/hub'

/** Rejects if the package is not installed, or lacks these functions. */
export const loadHubClient = async (): Promise<HubClient> => {
  const loaded: unknown = await import(specifier)
  if (isClient(loaded)) return loaded
  throw new Error(`${specifier} has no listFiles and downloadFile`)
}
