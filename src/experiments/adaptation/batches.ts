/** The images of a training step, and what is seen of each: a function of the seed and the step's number alone. */
import type { RandomKey } from '../../values/random-key.js'
import { foldIn, permutation, uniform } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import { randomResizedCrop } from '../../effects/image-view.js'
import type { ImageRequest } from '../../effects/instruction.js'
import type { LabelledImage } from '../../data/data-set.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import type { NamedValues } from '../../values/named-values.js'
import { labelTensor } from '../../values/rows.js'

/** An image of a step: its position in its set, and the number of the pass over the set in which it is drawn. */
interface DrawnImage {
  readonly image: number
  readonly pass: number
}

/** The images of a step out of `count`, in a random order for each pass over them. */
const drawImages = (count: number, key: RandomKey, step: number, batch: number): readonly DrawnImage[] => {
  const perPass = Math.max(Math.floor(count / batch), 1)
  const pass = Math.floor(step / perPass)
  const order = permutation(foldIn(key, pass), count)
  return Array.from({ length: batch }, (_, i) => ({
    image: order[((step % perPass) * batch + i) % order.length] ?? 0,
    pass,
  }))
}

/** The rows of drawn images in every table of a set, each under a random one of its views. Names get a prefix. */
const pickViews = (
  set: EncodedSet,
  drawn: readonly DrawnImage[],
  chances: Float32Array,
  prefix: string,
): NamedValues =>
  Object.fromEntries(
    Object.entries(set.views[0] ?? {}).map(([name, table]) => {
      const width = table.data.length / set.images.length
      const data = new Float32Array(drawn.length * width)
      drawn.forEach(({ image }, row) => {
        const view = Math.floor((chances[row] ?? 0) * set.views.length)
        const from = set.views[view]?.[name]?.data ?? table.data
        data.set(from.subarray(image * width, (image + 1) * width), row * width)
      })
      const value: TensorValue = { dtype: 'f32', shape: [drawn.length, ...table.shape.slice(1)], data }
      return [`${prefix}${name}`, value]
    }),
  )

/** What a step looks at of one domain. */
interface DomainStep {
  readonly images: readonly LabelledImage[]
  /** The positions of these images in the set [B]. */
  readonly positions: TensorValue
  /** Their rows under views that are kept, names with a prefix. */
  readonly rows: (prefix: string) => NamedValues
  /** Each under a crop that depends on the key of the domain, the number of the pass over it, and the image. */
  readonly crops: () => readonly ImageRequest[]
}

const domainStep =
  (set: EncodedSet, key: RandomKey, batch: number) =>
  (step: number): DomainStep => {
    const drawn = drawImages(set.images.length, key, step, batch)
    const images = drawn.flatMap(({ image }) => set.images[image] ?? [])
    return {
      images,
      positions: labelTensor(drawn.map(({ image }) => image)),
      rows: (prefix) => pickViews(set, drawn, uniform(foldIn(foldIn(key, -1), step), batch), prefix),
      crops: () =>
        drawn.flatMap(({ image, pass }) => {
          const drawnImage = set.images[image]
          const cropKey = foldIn(foldIn(foldIn(key, -2), pass), image)
          return drawnImage === undefined ? [] : [{ path: drawnImage.path, view: randomResizedCrop(cropKey) }]
        }),
    }
  }

/** The images of a step under crops that are drawn for it, the labels [B] of the source's, and which the target's are. */
export interface FreshCrops {
  readonly source: readonly ImageRequest[]
  readonly target: readonly ImageRequest[]
  readonly labels: TensorValue
  /** Positions [B] of the target's images in their set. */
  readonly positions: TensorValue
}

/** What the steps of a run look at, each by its number. */
export interface Batches {
  /** The rows of its images under views that are kept, the labels [B] of the source's, and `target.positions` [B] in the target's set. */
  readonly rows: (step: number) => NamedValues
  /** The same images, each under a crop that depends on the seed, the number of the pass over its domain, and the image. */
  readonly crops: (step: number) => FreshCrops
  /** The files of its images, those of the source first. */
  readonly files: (step: number) => readonly string[]
}

const labelsOf = ({ images }: DomainStep): TensorValue => labelTensor(images.map(({ label }) => label))

/** The steps of a run: `batch` labelled images of the source in each, and as many of the target. */
export const drawBatches = (
  source: EncodedSet,
  target: EncodedSet,
  key: RandomKey,
  batch: number,
): Batches => {
  const ofSource = domainStep(source, foldIn(key, 1), batch)
  const ofTarget = domainStep(target, foldIn(key, 2), batch)
  return {
    rows: (step) => {
      const labelled = ofSource(step)
      const unlabelled = ofTarget(step)
      return {
        ...labelled.rows('source.'),
        ...unlabelled.rows('target.'),
        labels: labelsOf(labelled),
        'target.positions': unlabelled.positions,
      }
    },
    crops: (step) => {
      const labelled = ofSource(step)
      const unlabelled = ofTarget(step)
      return {
        source: labelled.crops(),
        target: unlabelled.crops(),
        labels: labelsOf(labelled),
        positions: unlabelled.positions,
      }
    },
    files: (step) => [ofSource(step), ofTarget(step)].flatMap(({ images }) => images.map(({ path }) => path)),
  }
}
