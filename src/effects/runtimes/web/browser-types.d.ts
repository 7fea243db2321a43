/**
 * What the web runtime uses of browsers, as their standards declare it: HTML, File System, Web Locks, Web Codecs. Node
 * lacks these types, and this project uses no library of browser types.
 */

/** The global scope of a worker. */
interface WorkerScope {
  readonly postMessage: (message: unknown, transfer: readonly []) => void
  readonly addEventListener: (type: 'message', listener: (event: { readonly data: unknown }) => void) => void
}
declare const self: WorkerScope

interface WebFile {
  readonly size: number
  readonly arrayBuffer: () => Promise<ArrayBuffer>
  readonly slice: (start: number, end: number) => WebFile
}

interface FileSystemWritableFileStream {
  readonly write: (
    chunk: { readonly type: 'write'; readonly position: number; readonly data: Uint8Array } | Uint8Array,
  ) => Promise<void>
  readonly close: () => Promise<void>
  readonly abort: () => Promise<void>
}

interface FileSystemFileHandle {
  readonly kind: 'file'
  readonly getFile: () => Promise<WebFile>
  readonly createWritable: (options?: {
    readonly keepExistingData: boolean
  }) => Promise<FileSystemWritableFileStream>
  readonly move: (folder: FileSystemDirectoryHandle, name: string) => Promise<void>
}

interface FileSystemDirectoryHandle {
  readonly kind: 'directory'
  readonly getFileHandle: (
    name: string,
    options?: { readonly create: boolean },
  ) => Promise<FileSystemFileHandle>
  readonly getDirectoryHandle: (
    name: string,
    options?: { readonly create: boolean },
  ) => Promise<FileSystemDirectoryHandle>
  readonly removeEntry: (name: string, options?: { readonly recursive: boolean }) => Promise<void>
  readonly entries: () => AsyncIterable<readonly [string, FileSystemFileHandle | FileSystemDirectoryHandle]>
}

declare const navigator: {
  readonly storage: { readonly getDirectory: () => Promise<FileSystemDirectoryHandle> }
  readonly locks: {
    readonly request: (
      name: string,
      options: { readonly ifAvailable: true },
      use: (lock: object | null) => Promise<void> | undefined,
    ) => Promise<void>
    readonly query: () => Promise<{ readonly held?: readonly { readonly name: string }[] }>
  }
}

interface ImageBitmap {
  readonly width: number
  readonly height: number
  readonly close: () => void
}
declare const createImageBitmap: (
  source: Blob,
  options: {
    readonly colorSpaceConversion?: 'none'
    readonly premultiplyAlpha?: 'none'
  },
) => Promise<ImageBitmap>

/** In a page only. */
declare class Image {
  src: string
  readonly naturalWidth: number
  readonly naturalHeight: number
  readonly decode: () => Promise<void>
}

interface CanvasContext {
  fillStyle: string
  readonly fillRect: (x: number, y: number, width: number, height: number) => void
  readonly drawImage: (
    image: ImageBitmap | Image,
    x: number,
    y: number,
    width: number,
    height: number,
  ) => void
  readonly getImageData: (
    x: number,
    y: number,
    width: number,
    height: number,
  ) => { readonly data: Uint8ClampedArray }
}
declare class OffscreenCanvas {
  constructor(width: number, height: number)
  getContext(kind: '2d', options?: { readonly willReadFrequently: boolean }): CanvasContext | null
  readonly convertToBlob: (options: { readonly type: string; readonly quality?: number }) => Promise<Blob>
}
