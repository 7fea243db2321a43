/** What is measured: cases, and who takes part in each. */

import { caseNameOf } from './scaling-points.js'

/** A contestant in a case. */
export interface Entry {
  readonly peer: Peer
  /** Where the whole does not fit into memory or time, a part is measured and multiplied by this. */
  readonly scale?: number
  readonly note?: string
  /** It does other work than the rest of its case, so that no ratio to it or of it says anything. */
  readonly otherWork?: true
}

export type Peer =
  | 'tensile'
  | 'tensile, a GELU'
  | 'tensile, the reference'
  | 'tensile, matrix products'
  | 'pytorch'
  | 'pytorch, compiled'
  | 'pytorch, bfloat16'
  | 'pytorch, as released'
  | 'pytorch, shared prefix'
  | 'pytorch, shared prefix, compiled'
  | 'pytorch, shared prefix, bfloat16'
  | 'jax'
  | 'tfjs-wasm'
  | 'tfjs-node'
  | 'jax-js'
  | 'onnxruntime'

export interface Case {
  readonly name: string
  readonly runs: number
  /** The first is what the others are compared with. */
  readonly entries: readonly [Entry, ...Entry[]]
}

/** `bfloat16` is another precision than the others': it is shown, and nothing is claimed of it. */
const pytorchs: Case['entries'] = [
  { peer: 'pytorch' },
  { peer: 'tensile' },
  { peer: 'pytorch, compiled' },
  { peer: 'pytorch, bfloat16' },
]
/** Takes its turns next to the others, so that a rate is compared with what the machine gave in the same minutes. */
const products: Entry = { peer: 'tensile, matrix products', otherWork: true }
const sharedPrefix: readonly Entry[] = [
  { peer: 'pytorch, shared prefix' },
  { peer: 'pytorch, shared prefix, compiled' },
  { peer: 'pytorch, shared prefix, bfloat16' },
  { peer: 'tensile' },
]

const imageFeatures = ['ViT-B/32', 'ViT-B/16', 'RN50'].flatMap((architecture) =>
  [1, 8, 32].map((batch): Case => ({
    name: `image features, ${architecture}, batch ${batch}`,
    runs: 5,
    entries: architecture === 'RN50' ? [...pytorchs, products] : [...pytorchs, { peer: 'jax' }, products],
  })),
)

const released: Entry = {
  peer: 'pytorch, as released',
  scale: 4,
  note: 'measured with 1 + 1 images and multiplied by 4: all of them at once need 21 GB',
}

/** What a draw costs, in GELUs of the same size. */
const drawing = ['dropout of 2^20 elements', '2^20 standard normals', '2^20 uniform numbers'].map(
  (name): Case => ({ name, runs: 25, entries: [{ peer: 'tensile, a GELU' }, { peer: 'tensile' }] }),
)

/** With which settings PyTorch is fastest is tried on it. */
export const productName = 'matrix product, 1576 × 768 × 3072'

export const cases: readonly Case[] = [
  {
    name: productName,
    runs: 15,
    entries: [...pytorchs, { peer: 'jax' }, { peer: 'tfjs-wasm' }, { peer: 'tfjs-node' }, { peer: 'jax-js' }],
  },
  ...imageFeatures,
  {
    name: 'text tower, forward and backward, 16 × 77',
    runs: 5,
    entries: [...pytorchs, { peer: 'jax' }, products],
  },
  {
    name: 'AD-CLIP step, ViT-B/16, 65 classes, 4 + 4 images',
    runs: 3,
    entries: [released, ...sharedPrefix, products],
  },
  {
    name: 'AD-CLIP step, ViT-B/16, 65 classes, 4 + 4 images, kept features',
    runs: 3,
    entries: [released, ...sharedPrefix, products],
  },
  {
    name: 'AD-CLIP step, ViT-B/16, 65 classes, 16 + 16 images, kept features',
    runs: 3,
    entries: [{ peer: 'tensile' }, products],
  },
  {
    name: 'AD-CLIP step, ViT-B/16, 65 classes, 16 + 16 images, kept features, planned for 8 GiB',
    runs: 1,
    entries: [{ peer: 'tensile', note: 'the time holds that of making the sessions' }],
  },
  {
    name: 'AD-CLIP step, ViT-B/16, 345 classes, 32 + 32 images, kept features, planned for 8 GiB',
    runs: 1,
    entries: [{ peer: 'tensile', note: 'the time holds that of making the sessions' }],
  },
  { name: 'time to a session, AD-CLIP step, ViT-B/16', runs: 3, entries: [{ peer: 'tensile' }] },
  {
    name: 'lowering: a chain of 10,000 operations with its gradient, from nothing to a session',
    runs: 3,
    entries: [{ peer: 'tensile' }],
  },
  {
    name: 'GRU over 256 positions, from nothing to the end of the first training step',
    runs: 3,
    entries: [{ peer: 'tensile' }],
  },
  {
    name: 'depthwise convolution, 7 × 7, images [8, 96, 56, 56]',
    runs: 15,
    entries: [{ peer: 'onnxruntime' }, { peer: 'tensile' }],
  },
  ...drawing,
  // `evaluate`, the oracle, next to the engine on the same step.
  {
    name: caseNameOf({ architecture: 'small', classes: 5, batch: 2, imageTokens: 4 }),
    runs: 7,
    entries: [{ peer: 'tensile' }, { peer: 'tensile, the reference' }],
  },
  {
    name: 'run of a tiny program, 1000 times',
    runs: 15,
    entries: [{ peer: 'onnxruntime' }, { peer: 'tensile' }],
  },
]
