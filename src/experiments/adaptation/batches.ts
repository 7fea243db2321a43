/** The images and views of a training step: a function of the seed and the step's number alone. */
import type { RandomKey } from '../../values/random-key.js'
import { foldIn, permutation, uniform } from '../../values/random-key.js'
import type { TensorValue } from '../../values/value.js'
import type { EncodedSet } from '../encoding/encoded-set.js'
import type { NamedValues } from '../../values/named-values.js'
import { labelTensor } from '../../values/rows.js'

/** The images of a step, in a random order for each pass over the set, each with a random view. */
const drawRows = (
  set: EncodedSet,
  key: RandomKey,
  step: number,
  batch: number,
): readonly (readonly [number, number])[] => {
  const perPass = Math.max(Math.floor(set.images.length / batch), 1)
  const order = permutation(foldIn(key, Math.floor(step / perPass)), set.images.length)
  const views = uniform(foldIn(foldIn(key, -1), step), batch)
  return Array.from({ length: batch }, (_, i) => [
    order[((step % perPass) * batch + i) % order.length] ?? 0,
    Math.floor((views[i] ?? 0) * set.views.length),
  ])
}

/** The drawn rows of every table, each from its own view, under a prefix. */
const pickViews = (
  set: EncodedSet,
  drawn: readonly (readonly [number, number])[],
  prefix: string,
): NamedValues =>
  Object.fromEntries(
    Object.entries(set.views[0] ?? {}).map(([name, table]) => {
      const width = table.data.length / set.images.length
      const data = new Float32Array(drawn.length * width)
      drawn.forEach(([image, view], row) => {
        const from = set.views[view]?.[name]?.data ?? table.data
        data.set(from.subarray(image * width, (image + 1) * width), row * width)
      })
      const value: TensorValue = { dtype: 'f32', shape: [drawn.length, ...table.shape.slice(1)], data }
      return [`${prefix}${name}`, value]
    }),
  )

/** The files of a step's images, those of the source first, as `drawBatch` draws them. */
export const filesOfBatch =
  (source: EncodedSet, target: EncodedSet, key: RandomKey, batch: number) =>
  (step: number): readonly string[] =>
    [drawRows(source, foldIn(key, 1), step, batch), drawRows(target, foldIn(key, 2), step, batch)].flatMap(
      (rows, domain) => rows.flatMap(([image]) => (domain === 0 ? source : target).images[image]?.path ?? []),
    )

/** The images of a step: labelled ones of the source, and as many of the target. */
export const drawBatch =
  (source: EncodedSet, target: EncodedSet, key: RandomKey, batch: number) =>
  (step: number): NamedValues => {
    const fromSource = drawRows(source, foldIn(key, 1), step, batch)
    const fromTarget = drawRows(target, foldIn(key, 2), step, batch)
    return {
      ...pickViews(source, fromSource, 'source.'),
      ...pickViews(target, fromTarget, 'target.'),
      labels: labelTensor(fromSource.map(([image]) => source.images[image]?.label ?? 0)),
    }
  }
