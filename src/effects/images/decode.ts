/** From the bytes of image files to one normalised tensor, as CLIP's preprocessing does it. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import sharp from 'sharp'
import type { Failure } from '../failure.js'
import type { DecodedImages, ImageRequest, Payload } from '../instruction.js'
import type { RgbImage } from './resample.js'
import { resample } from './resample.js'
import type { ImageTransform } from './view.js'
import { placeView } from './view.js'

/**
 * Pixels of an encoded image (JPEG, PNG, WebP, ...) as `convert('RGB')` of the Python Imaging Library gives them: grey
 * is repeated, transparency is dropped, colour profiles and EXIF orientation are ignored. Two rare kinds differ: CMYK
 * goes through a colour profile, and 16-bit grey is scaled, not clipped.
 */
export const decodeRgb = (path: string, bytes: Uint8Array): TaskEither<Failure, RgbImage> =>
  TE.tryCatch(
    async () => {
      const { data, info } = await sharp(bytes, { failOn: 'error', ignoreIcc: true })
        .toColourspace('srgb')
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      return { width: info.width, height: info.height, pixels: data }
    },
    (error) => ({
      tag: 'ImageBroken',
      path,
      reason: error instanceof Error ? error.message : String(error),
    }),
  )

/** What each byte value becomes, per colour: (byte / 255 - mean) / deviation, in float32. */
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

/** Images decoded at the same time: as many as libvips has threads for by default; large photos are large in memory. */
const decodedAtOnce = 4

/**
 * Decodes images through a file reader. It fails as a whole never: what cannot be read or decoded is listed beside the
 * tensor of the others.
 */
export const decodeImages =
  (readFile: (path: string) => TaskEither<Failure, Uint8Array>) =>
  ({ requests, transform }: Payload<'decodeImages'>): TaskEither<Failure, DecodedImages> =>
  async () => {
    const { resolution } = transform
    const size = 3 * resolution * resolution
    const tables = normalisationTables(transform)
    const decodeOne = ({ path, view }: ImageRequest): TaskEither<Failure, RgbImage> =>
      pipe(
        readFile(path),
        TE.flatMap((bytes) => decodeRgb(path, bytes)),
        TE.map((image) => resample(image, placeView(view, image.width, image.height, resolution))),
      )

    const data = new Float32Array(requests.length * size)
    const positions: number[] = []
    const failures: { position: number; failure: Failure }[] = []
    for (let start = 0; start < requests.length; start += decodedAtOnce) {
      const group = requests.slice(start, start + decodedAtOnce)
      const decoded = await Promise.all(
        group.map(async (request) => ({ request, outcome: await decodeOne(request)() })),
      )
      for (const [i, { request, outcome }] of decoded.entries()) {
        if (E.isLeft(outcome)) failures.push({ position: start + i, failure: outcome.left })
        else {
          const row = positions.push(start + i) - 1
          writePlanes(outcome.right, tables, request.view.flip, data.subarray(row * size, (row + 1) * size))
        }
      }
    }
    const shape = [positions.length, 3, resolution, resolution]
    return E.right({
      images: { dtype: 'f32', shape, data: data.subarray(0, positions.length * size) },
      positions,
      failures,
    })
  }
