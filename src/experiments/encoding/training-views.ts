/** The views of an image that are encoded once and kept. */
import type { Augmentation, ImageTable, MethodName } from '../../methods/index.js'
import { definitionOf } from '../../methods/index.js'
import { foldIn, keyFromSeed } from '../../values/random-key.js'
import { counted } from '../../effects/counted.js'
import { randAugment } from '../../effects/image-change.js'
import type { ImageView } from '../../effects/image-view.js'
import { randomResizedCrop } from '../../effects/image-view.js'
import type { HashedImage } from './content-order.js'
import type { EncodedSet } from './encoded-set.js'

/** A random resized crop of an image, of a number: one image has the same in every run, and others have others. */
interface KeptCrop {
  readonly tag: 'KeptCrop'
  readonly number: number
}

/** A view of an image with the changes of RandAugment, of a number. */
interface StrongView {
  readonly tag: 'Strong'
  readonly of: ImageView | KeptCrop
  readonly number: number
}

/** A view that is the same for all images, or one that is drawn for each. */
export type KeptView = ImageView | KeptCrop | StrongView

/** Whether a view depends on the content of the image. */
export const isDrawn = (view: KeptView): view is KeptCrop | StrongView =>
  view.tag === 'KeptCrop' || view.tag === 'Strong'

/** The view of an image. Crops and changes are drawn by a key of the image's content and a number. */
export const drawnView =
  ({ sha256 }: HashedImage) =>
  (view: KeptView): ImageView => {
    if (!isDrawn(view)) return view
    const words = sha256.match(/.{8}/g) ?? []
    const content = words.reduce((key, word) => foldIn(key, Number.parseInt(word, 16)), keyFromSeed(0))
    const drawn = (of: ImageView | KeptCrop): ImageView =>
      isDrawn(of) ? randomResizedCrop(foldIn(content, of.number)) : of
    return view.tag === 'Strong'
      ? { ...drawn(view.of), changes: randAugment(foldIn(foldIn(content, -1), view.number)) }
      : drawn(view)
  }

/** What is kept of an image once it went through the encoder: rows under these views, of features, moments of levels and these tables. */
export interface KeptRows {
  readonly views: readonly KeptView[]
  readonly tables: readonly ImageTable[]
}

/** What the views of a run's images depend on. */
export interface AugmentedMethod {
  readonly method: MethodName
  /** Whether a run evaluates the initial parameters. */
  readonly untrained?: true
  readonly augmentation: Augmentation
}

/** Whether a run takes training steps. */
export const takesSteps = ({ method, untrained }: Omit<AugmentedMethod, 'augmentation'>): boolean =>
  definitionOf(method).learns && untrained !== true

/** The views of which training sees one, where they are kept. */
const weakViews = (
  augmentation: Exclude<Augmentation, 'fresh'>,
  whole: ImageView,
): readonly (ImageView | KeptCrop)[] =>
  augmentation === 'none'
    ? [whole, { ...whole, flip: !whole.flip }]
    : Array.from({ length: augmentation.views }, (_, number): KeptCrop => ({ tag: 'KeptCrop', number }))

/**
 * The views of an image that are encoded before training and kept: first the whole image as the CLIP sees it, which is
 * evaluated and validated on, then further views that training sees, and a strong view of each of those, if the method reads them.
 */
export const keptViews = (
  { augmentation, ...run }: AugmentedMethod,
  whole: ImageView,
): readonly KeptView[] => {
  if (augmentation === 'fresh' || !takesSteps(run)) return [whole]
  const weak = weakViews(augmentation, whole)
  const strong = weak.map((of, number): StrongView => ({ tag: 'Strong', of, number }))
  return [
    ...(augmentation === 'none' ? [] : [whole]),
    ...weak,
    ...(definitionOf(run.method).reads.strongViews ? strong : []),
  ]
}

/** What is kept of an image for a run. */
export const keptRows = (run: AugmentedMethod, whole: ImageView): KeptRows => ({
  views: keptViews(run, whole),
  tables: definitionOf(run.method).reads.tables,
})

/** What is kept of an image to evaluate a method on it. */
export const evaluatedRows = (method: MethodName, whole: ImageView): KeptRows => ({
  views: [whole],
  tables: definitionOf(method).reads.tables,
})

/** A set under the kept views that training sees, and under the strong views of them. */
export interface TrainingViews {
  readonly weak: EncodedSet
  readonly strong: EncodedSet | undefined
}

/** A set under the kept views that training sees: without random crops the whole image is one of them. */
export const underTrainingViews = (
  { augmentation, method }: AugmentedMethod,
  { images, views }: EncodedSet,
): TrainingViews => {
  const seen = augmentation === 'none' ? views : views.slice(1)
  if (!definitionOf(method).reads.strongViews) return { weak: { images, views: seen }, strong: undefined }
  const half = seen.length / 2
  return { weak: { images, views: seen.slice(0, half) }, strong: { images, views: seen.slice(half) } }
}

/** What training sees of an image, in words. */
export const describeAugmentation = (augmentation: Augmentation): string => {
  if (augmentation === 'fresh')
    return 'a new random crop of each image in every epoch, flipped for half of them'
  if (augmentation === 'none') return '2 views of each image: the whole of it, and its mirror image'
  return `${counted(augmentation.views, 'view')} of each image: random crops of its own, flipped for half of them`
}
