/** The images of a training step, and what is seen of each: a function of the seed and the step's number alone. */
import type { RandomKey } from '../../values/random-key.js'
import { foldIn, permutation, uniform } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import { randAugment } from '../../effects/image-change.js'
import type { ImageView } from '../../effects/image-view.js'
import { randomResizedCrop } from '../../effects/image-view.js'
import type { ImageRequest } from '../../effects/instruction.js'
import type { LabelledImage } from '../../data/data-set.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import type { TrainingViews } from '../encoding/training-views.js'
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
  /** Their rows under views that are kept, names with a prefix; of the domain `name`. */
  readonly rows: (name: DomainName) => NamedValues
  /**
   * Each under a crop that depends on the key of the domain, the number of the pass over it, and the image; then each under another
   * crop with strong changes, if the method reads strong views.
   */
  readonly crops: (name: DomainName) => readonly FreshCrop[]
}

/** Of the two domains, as names of inputs begin. */
type DomainName = 'source' | 'target'

/** An image to decode and encode, and the prefix of the names of its rows. */
export interface FreshCrop extends ImageRequest {
  readonly prefix: string
}

/** What names of the rows of strong views begin with. */
const strongly = 'strong.'

const domainStep = ({ weak, strong }: TrainingViews, key: RandomKey, batch: number, readsStrong: boolean) => {
  const { images: all } = weak
  return (step: number): DomainStep => {
    const drawn = drawImages(all.length, key, step, batch)
    const chances = (number: number): Float32Array => uniform(foldIn(foldIn(key, number), step), batch)
    const cropsBy = (
      number: number,
      prefix: string,
      of: (key: RandomKey) => ImageView,
    ): readonly FreshCrop[] =>
      drawn.flatMap(({ image, pass }) => {
        const { path } = all[image] ?? {}
        return path === undefined
          ? []
          : [{ prefix, path, view: of(foldIn(foldIn(foldIn(key, number), pass), image)) }]
      })
    return {
      images: drawn.flatMap(({ image }) => all[image] ?? []),
      positions: labelTensor(drawn.map(({ image }) => image)),
      rows: (name) => ({
        ...pickViews(weak, drawn, chances(-1), `${name}.`),
        ...(strong === undefined ? {} : pickViews(strong, drawn, chances(-3), `${strongly}${name}.`)),
      }),
      crops: (name) => [
        ...cropsBy(-2, `${name}.`, randomResizedCrop),
        ...(readsStrong ? cropsBy(-4, `${strongly}${name}.`, strongCrop) : []),
      ],
    }
  }
}

/** A random resized crop with strong changes. */
const strongCrop = (key: RandomKey): ImageView => ({
  ...randomResizedCrop(foldIn(key, 1)),
  changes: randAugment(foldIn(key, 2)),
})

/** The images of a step under crops that are drawn for it, the labels [B] of the source's, and which the target's are. */
export interface FreshCrops {
  readonly crops: readonly FreshCrop[]
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

/** The steps of a run: `batch` labelled images of the source in each, and as many of the target, under strong views too where they are read. */
export const drawBatches = (
  source: TrainingViews,
  target: TrainingViews,
  key: RandomKey,
  { batch, strongViews }: { readonly batch: number; readonly strongViews: boolean },
): Batches => {
  const ofSource = domainStep(source, foldIn(key, 1), batch, strongViews)
  const ofTarget = domainStep(target, foldIn(key, 2), batch, strongViews)
  return {
    rows: (step) => {
      const labelled = ofSource(step)
      const unlabelled = ofTarget(step)
      return {
        ...labelled.rows('source'),
        ...unlabelled.rows('target'),
        labels: labelsOf(labelled),
        'target.positions': unlabelled.positions,
      }
    },
    crops: (step) => {
      const labelled = ofSource(step)
      const unlabelled = ofTarget(step)
      return {
        crops: [...labelled.crops('source'), ...unlabelled.crops('target')],
        labels: labelsOf(labelled),
        positions: unlabelled.positions,
      }
    },
    files: (step) => [ofSource(step), ofTarget(step)].flatMap(({ images }) => images.map(({ path }) => path)),
  }
}
