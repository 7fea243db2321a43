/** From the bytes of image files to one normalised tensor, as CLIP's preprocessing does it. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../../failure.js'
import type { DecodedImages, ImageRequest, Payload } from '../../instruction.js'
import type { RgbImage } from './resample.js'
import { resample } from './resample.js'
import type { ImageTransform, ImageView } from '../../image-view.js'
import { placeView } from '../../image-view.js'
import { changePixels } from './change-pixels.js'

/** Decodes the bytes of an image file to pixels; the path is for messages. */
export type DecodeRgb = (path: string, bytes: Uint8Array) => TaskEither<Failure, RgbImage>

/** The normalised value of each byte, per colour: (byte / 255 - mean) / deviation, in float32. */
const normalisationTables = ({ mean, deviation }: ImageTransform): readonly Float32Array[] =>
  mean.map((m, colour) =>
    Float32Array.from(
      { length: 256 },
      (_, byte) =>
        Math.fround(Math.fround(byte / 255) - Math.fround(m)) / Math.fround(deviation[colour] ?? 1),
    ),
  )

/** Writes a square image as three planes, turned over left to right if asked. */
const writePlanes = (
  { width, height, pixels }: RgbImage,
  tables: readonly Float32Array[],
  flip: boolean,
  planes: Float32Array,
): void => {
  for (const [colour, table] of tables.entries()) {
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const from = (row * width + (flip ? width - 1 - column : column)) * 3 + colour
        planes[(colour * height + row) * width + column] = table[pixels[from] ?? 0] ?? 0
      }
    }
  }
}

/** An image in the middle of a black square; one that is such a square already stays as it is. */
const onSquare = (image: RgbImage, side: number): RgbImage => {
  if (image.width === side && image.height === side) return image
  const pixels = new Uint8Array(side * side * 3)
  const [left, top] = [Math.floor((side - image.width) / 2), Math.floor((side - image.height) / 2)]
  for (let row = 0; row < image.height; row += 1) {
    const line = image.pixels.subarray(row * image.width * 3, (row + 1) * image.width * 3)
    pixels.set(line, ((top + row) * side + left) * 3)
  }
  return { width: side, height: side, pixels }
}

/** Files decoded at the same time: as many as libvips has threads for by default; large photos are large in memory. */
const decodedAtOnce = 4

/** The views that are wanted of one file, and their positions in the list of requests. */
interface FileRequests {
  readonly path: string
  readonly views: readonly { readonly position: number; readonly view: ImageView }[]
}

const byFile = (requests: readonly ImageRequest[]): readonly FileRequests[] => {
  const files = new Map<string, { readonly position: number; readonly view: ImageView }[]>()
  for (const [position, { path, view }] of requests.entries()) {
    const views = files.get(path)
    if (views === undefined) files.set(path, [{ position, view }])
    else views.push({ position, view })
  }
  return [...files].map(([path, views]) => ({ path, views }))
}

/** Where views lie, as text, whatever their flips and changes: those that are equal share their resampled pixels. */
const placeOf = ({ changes: _, ...view }: ImageView): string => JSON.stringify({ ...view, flip: false })

/** A square image, turned over left to right. */
const mirrored = ({ width, height, pixels }: RgbImage): RgbImage => {
  const turned = new Uint8Array(pixels.length)
  for (let at = 0; at < width * height; at += 1) {
    const from = at - (at % width) + (width - 1 - (at % width))
    turned.set(pixels.subarray(from * 3, from * 3 + 3), at * 3)
  }
  return { width, height, pixels: turned }
}

/**
 * Decodes images through a file reader and a decoder. It never fails as a whole: images that cannot be read or decoded are listed with
 * the tensor of the others. A file with several views is read and decoded once, and resampled once for a view and its
 * mirror image.
 */
export const decodeImageFiles =
  (readFile: (path: string) => TaskEither<Failure, Uint8Array>, decodeRgb: DecodeRgb) =>
  ({ requests, transform }: Payload<'decodeImages'>): TaskEither<Failure, DecodedImages> =>
  async () => {
    const { resolution, interpolation } = transform
    const size = 3 * resolution * resolution
    const tables = normalisationTables(transform)
    const data = new Float32Array(requests.length * size)

    /** Writes each view of a file to the row of its position. */
    const decodeFile = ({ path, views }: FileRequests, bytes: Uint8Array): TaskEither<Failure, void> =>
      pipe(
        decodeRgb(path, bytes),
        TE.map((image) => {
          const resampled = new Map<string, RgbImage>()
          for (const { position, view } of views) {
            const key = placeOf(view)
            const place = placeView(view, image.width, image.height, resolution)
            const square = resampled.get(key) ?? onSquare(resample(image, place, interpolation), resolution)
            resampled.set(key, square)
            const planes = data.subarray(position * size, (position + 1) * size)
            if (view.changes === undefined) writePlanes(square, tables, view.flip, planes)
            else
              writePlanes(
                changePixels(view.flip ? mirrored(square) : square, view.changes),
                tables,
                false,
                planes,
              )
          }
        }),
      )

    const failed = new Map<number, Failure>()
    const files = byFile(requests)
    for (let start = 0; start < files.length; start += decodedAtOnce) {
      const group = files.slice(start, start + decodedAtOnce)
      const outcomes = await Promise.all(
        group.map(async (file) => {
          const bytes = await readFile(file.path)()
          const decode = E.isLeft(bytes) ? TE.fromEither(bytes) : decodeFile(file, bytes.right)
          return { file, decode, outcome: await decode() }
        }),
      )
      for (const { file, decode, outcome } of outcomes) {
        // The decoder keeps the words of all errors in one place: those of another file may be among them.
        const alone = E.isLeft(outcome) && group.length > 1 ? await decode() : outcome
        if (E.isLeft(alone)) for (const { position } of file.views) failed.set(position, alone.left)
      }
    }
    const positions = requests.map((_, position) => position).filter((position) => !failed.has(position))
    for (const [row, position] of positions.entries()) {
      if (row !== position) data.copyWithin(row * size, position * size, (position + 1) * size)
    }
    return E.right({
      images: {
        dtype: 'f32',
        shape: [positions.length, 3, resolution, resolution],
        data: data.subarray(0, positions.length * size),
      },
      positions,
      failures: [...failed]
        .map(([position, failure]) => ({ position, failure }))
        .toSorted((a, b) => a.position - b.position),
    })
  }
