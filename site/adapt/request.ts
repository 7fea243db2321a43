/** What the page asks of its worker, and what the worker answers. */

/** An image that the user has chosen, and the folder that it lay in. */
export interface ChosenImage {
  /** The folder's name; empty for an image that lay in none. */
  readonly folder: string
  readonly name: string
  readonly file: Blob
}

/** Images to adapt to: drawn here, or the user's own. */
export type Images =
  | { readonly tag: 'Drawn'; readonly perThing: number }
  | {
      readonly tag: 'Own'
      readonly labelled: readonly ChosenImage[]
      readonly unlabelled: readonly ChosenImage[]
    }

/** An adaptation; without images, the one that was stopped before. */
export interface AdaptRequest {
  /** The address of the folder with the page's files, with a `/` at its end. */
  readonly assets: string
  readonly epochs: number
  readonly images: Images | undefined
}

/** Accuracies on the images to adapt to, as shares. */
export interface Accuracies {
  readonly before: number
  readonly after: number
}

/** What an adaptation ends with. */
export type Adapted =
  | {
      readonly tag: 'Adapted'
      /** Undefined where the images have no labels. */
      readonly accuracies: Accuracies | undefined
      readonly report: string
      readonly classifier: Uint8Array
    }
  | { readonly tag: 'Stopped'; readonly resumable: boolean }
