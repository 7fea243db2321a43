/** How many steps an epoch has. */
import type { MethodConfiguration } from './configuration.js'

/** Images that an epoch counts: all, or at most so many of each class. */
const imagesOfEpoch = (epochShots: MethodConfiguration['epochShots'], labels: readonly number[]): number => {
  if (epochShots === 'all') return labels.length
  const counts = labels.reduce(
    (sofar, label) => sofar.set(label, (sofar.get(label) ?? 0) + 1),
    new Map<number, number>(),
  )
  return [...counts.values()].reduce((sum, count) => sum + Math.min(count, epochShots), 0)
}

/**
 * Steps of an epoch on source images with these labels: its whole batches, at least one. With `epochShots` it has as many as an
 * epoch over a subset of so many images of each class, or all where a class has fewer; the steps draw from all images.
 *
 * @example
 * stepsInEpoch({ batch: 1, epochShots: 2 }, [0, 0, 0, 1, 1, 1, 2]) // 5: two images of classes 0 and 1, and the one of class 2
 */
export const stepsInEpoch = (
  { batch, epochShots }: Pick<MethodConfiguration, 'batch' | 'epochShots'>,
  labels: readonly number[],
): number => Math.max(Math.floor(imagesOfEpoch(epochShots, labels) / batch), 1)
