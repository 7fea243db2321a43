/** Settings of the engine `onnx-web`, as its callers see them. */

/** Where a tab computes. */
export type WebProvider = 'wasm' | 'webgpu'

/** Settings of the engine `onnx-web`. */
export interface WebSettings {
  readonly provider: WebProvider
  /** Threads for each operator. More than one needs a page that is cross-origin isolated; default: the number of cores there, else 1. */
  readonly threads?: number
  /**
   * The address of the folder with the `.mjs` and `.wasm` files of the package, with a `/` at its end. Without it they are
   * looked for beside the package's own module, where a bundler does not put them.
   */
  readonly files?: string
}
