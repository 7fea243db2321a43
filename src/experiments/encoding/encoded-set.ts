/** Images with what the frozen image encoder gave for them: tables of rows, one row for each image. */
import type { AnyTensor } from '../../dsl/index.js'
import { input, sized } from '../../dsl/index.js'
import type { NamedValues } from '../../values/named-values.js'
import { joinNamedRows, pickNamedRows } from '../../values/rows.js'
import type { ClipTowers, EncodedImages } from '../../model/index.js'
import type { ImageTable } from '../../methods/index.js'
import type { LabelledImage } from '../../data/data-set.js'

/** Images with what the encoder gave for them: row i of every table belongs to image i. */
export interface EncodedSet {
  readonly images: readonly LabelledImage[]
  /** `feature` [N,E], `mean.0` [N,C], `deviation.0` [N,C], ..., and tables that a method reads; one record for each view. */
  readonly views: readonly NamedValues[]
}

/** The encoder's outputs by name: the feature, the moments of levels, and these tables. */
export const encodedTensors = <B>(
  { feature, levels, ...further }: EncodedImages<B>,
  tables: readonly ImageTable[],
): Readonly<Record<string, AnyTensor>> => ({
  feature,
  ...Object.fromEntries(tables.map((table) => [table, further[table]])),
  ...Object.fromEntries(
    levels.flatMap((level, i) => [
      [`mean.${i}`, level.mean],
      [`deviation.${i}`, level.deviation],
    ]),
  ),
})

/** The same as inputs of another program, their names with a prefix such as `source.`. */
export const encodedInputs = (
  { embedding, levelWidths, imageTokens, side }: ClipTowers,
  prefix: string,
): EncodedImages<'B'> => {
  return {
    feature: input(`${prefix}feature`, ['B', embedding]),
    tokens: input(`${prefix}tokens`, ['B', imageTokens, embedding]),
    pixels: input(`${prefix}pixels`, ['B', 3, side, side]),
    levels: levelWidths.map((width, i) => {
      const channels = sized('C', width)
      return {
        mean: input(`${prefix}mean.${i}`, ['B', channels]),
        deviation: input(`${prefix}deviation.${i}`, ['B', channels]),
      }
    }),
  }
}

/** The images of a set at these positions, with their rows. */
export const subset = ({ images, views }: EncodedSet, positions: readonly number[]): EncodedSet => ({
  images: positions.flatMap((position) => images[position] ?? []),
  views: views.map((tables) => pickNamedRows(tables, positions)),
})

/** Sets of images, one after the other, under the same number of views. */
export const joinSets = (sets: readonly EncodedSet[], views: number): EncodedSet => {
  const filled = sets.filter(({ images }) => images.length > 0)
  return {
    images: filled.flatMap(({ images }) => images),
    views: Array.from({ length: views }, (_, view) =>
      joinNamedRows(filled.map((set) => set.views[view] ?? {})),
    ),
  }
}

/** The rows of those of these images that are in the set, in the order of the images, with the labels that they have here. */
export const rowsFor = (set: EncodedSet, images: readonly LabelledImage[]): EncodedSet => {
  const positions = new Map(set.images.map(({ path }, row) => [path, row]))
  const present = images.filter(({ path }) => positions.has(path))
  const rows = present.flatMap(({ path }) => positions.get(path) ?? [])
  return { images: present, views: set.views.map((tables) => pickNamedRows(tables, rows)) }
}
