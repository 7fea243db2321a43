/**
 * What the web runtime uses of browsers, as its standards declare it: the HTML standard, File System, Web Locks, Web
 * Codecs. Node lacks these types, and this project uses no library of browser types.
 */

/** The global scope of a worker. */
interface WorkerScope {
  readonly postMessage: (message: unknown, transfer?: readonly ArrayBuffer[]) => void
  readonly addEventListener: (
    type: 'message',
    listener: (event: { readonly data: unknown }) => void,
  ) => void
}
declare const self: WorkerScope
