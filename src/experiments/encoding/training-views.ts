/** The views of an image that are encoded once and kept. */
import type { Augmentation, MethodName } from '../../methods/index.js'
import { definitionOf } from '../../methods/index.js'
import { foldIn, keyFromSeed } from '../../values/random-key.js'
import { counted } from '../../effects/counted.js'
import type { ImageView } from '../../effects/image-view.js'
import { randomResizedCrop } from '../../effects/image-view.js'
import type { HashedImage } from './content-order.js'
import type { EncodedSet } from './encoded-set.js'

/** A random resized crop of an image, of a number: one image has the same in every run, and others have others. */
interface KeptCrop {
  readonly tag: 'KeptCrop'
  readonly number: number
}

/** A view that is the same for all images, or one that is drawn for each. */
export type KeptView = ImageView | KeptCrop

/** Whether a view depends on the content of the image. */
export const isDrawn = (view: KeptView): view is KeptCrop => view.tag === 'KeptCrop'

/** The view of an image. A crop is drawn by a key of the image's content and the crop's number. */
export const drawnView =
  ({ sha256 }: HashedImage) =>
  (view: KeptView): ImageView => {
    if (!isDrawn(view)) return view
    const words = sha256.match(/.{8}/g) ?? []
    const content = words.reduce((key, word) => foldIn(key, Number.parseInt(word, 16)), keyFromSeed(0))
    return randomResizedCrop(foldIn(content, view.number))
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

/**
 * The views of an image that are encoded before training and kept: first the whole image as the CLIP sees it, which is
 * evaluated and validated on, then further views that training sees.
 */
export const keptViews = (
  { augmentation, ...run }: AugmentedMethod,
  whole: ImageView,
): readonly KeptView[] => {
  if (augmentation === 'fresh' || !takesSteps(run)) return [whole]
  if (augmentation === 'none') return [whole, { ...whole, flip: !whole.flip }]
  return [
    whole,
    ...Array.from({ length: augmentation.views }, (_, number): KeptCrop => ({ tag: 'KeptCrop', number })),
  ]
}

/** A set under the kept views that training sees: without random crops the whole image is one of them. */
export const underTrainingViews = (
  augmentation: Augmentation,
  { images, views }: EncodedSet,
): EncodedSet => ({
  images,
  views: augmentation === 'none' ? views : views.slice(1),
})

/** What training sees of an image, in words. */
export const describeAugmentation = (augmentation: Augmentation): string => {
  if (augmentation === 'fresh')
    return 'a new random crop of each image in every epoch, flipped for half of them'
  if (augmentation === 'none') return '2 views of each image: the whole of it, and its mirror image'
  return `${counted(augmentation.views, 'view')} of each image: random crops of its own, flipped for half of them`
}
