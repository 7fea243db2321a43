/** What `make.py` writes: texts, image files and CLIPs, and what open_clip, transformers and Pillow make of them. */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import * as Effect from '../../../src/effects/effect.js'
import { readJson } from '../../../src/effects/text-file.js'

const About = t.type({
  /** Versions of the libraries, by name. */
  versions: t.record(t.string, t.string),
  /** The texts whose features are compared. */
  texts: t.readonlyArray(t.string),
  /** Pixels to a side of preprocessed images. */
  side: t.Int,
  /** Image files, and how far each library is from the stored pixels of each, in units of 1 / 255. */
  images: t.record(t.string, t.type({ open_clip: t.number, transformers: t.number })),
  /** Image files that are resized otherwise, too. */
  resized: t.readonlyArray(
    t.type({
      file: t.string,
      resize: t.keyof({ shortest: null, longest: null, squash: null }),
      interpolation: t.keyof({ bicubic: null, bilinear: null }),
    }),
  ),
  clips: t.readonlyArray(t.string),
})

const Texts = t.readonlyArray(
  t.type({
    kind: t.string,
    text: t.string,
    /** OpenAI's token ids, without start and end. */
    ids: t.readonlyArray(t.Int),
    /** The libraries that give other ids. */
    unlike: t.readonlyArray(t.string),
  }),
)

export type About = t.TypeOf<typeof About>
export type TokenizedText = t.TypeOf<typeof Texts>[number]

/** All that is compared, and the folder in which it lies. */
export interface Made {
  readonly folder: string
  readonly about: About
  readonly texts: readonly TokenizedText[]
}

/** Reads what `make.py` wrote into a folder. Fails if a file is missing or is something else. */
export const readMade = (folder: string): Effect.Effect<Made> =>
  pipe(
    Effect.Do,
    Effect.bind('about', () => readJson(join(folder, 'about.json'), About)),
    Effect.bind('texts', () => readJson(join(folder, 'texts.json'), Texts)),
    Effect.map(({ about, texts }) => ({ folder, about, texts })),
  )

/** The checkpoint of a CLIP as its library saved it. */
export const clipPath = ({ folder }: Made, clip: string): string => join(folder, 'clips', clip)
