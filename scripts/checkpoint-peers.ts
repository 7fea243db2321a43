/**
 * Compares CLIPs, tokens and pixels with open_clip, transformers and Pillow: `npm run checkpoints:peers`. `BENCH_PYTHON` names a
 * Python that has these (`scripts/python-peers.sh` makes one). Takes minutes, and some 5 GB of disk while it runs. With `--store`
 * it makes the small files again that the tests read.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { textTable } from '../src/cli/table.js'
import type * as Effect from '../src/effects/effect.js'
import { explain } from '../src/effects/explain.js'
import { interpret } from '../src/effects/interpreter.js'
import { nodeRuntime } from '../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../src/effects/runtimes/terminal.js'
import { onnxEngine } from '../src/engines/onnx/engine.js'
import { loadClipVocabulary } from '../src/formats/clip-vocabulary.js'
import { namingConventions } from '../src/model/index.js'
import type { Tokenizer } from '../src/model/tokenizer/tokenizer.js'
import { tokenizer } from '../src/model/tokenizer/tokenizer.js'
import { pixelDistances, resizedDistances } from '../test/formats/peers/compare-pixels.js'
import { featureDistances, unlikeTexts } from '../test/formats/peers/compare.js'
import { convertToAll } from '../test/formats/peers/converted.js'
import { limits, otherwiseByDesign } from '../test/formats/peers/limits.js'
import type { Made } from '../test/formats/peers/made.js'
import { clipPath, readMade } from '../test/formats/peers/made.js'
import type { CheckedClip } from '../test/formats/peers/python.js'
import { checkConverted, makeIn, missingLibraries } from '../test/formats/peers/python.js'
import { store } from '../test/formats/peers/stored.js'

const runtime = nodeRuntime(onnxEngine(), silentTerminal)

/** The outcome of an effect, or what is wrong. */
const attempt = async <A>(effect: Effect.Effect<A>): Promise<E.Either<string, A>> =>
  E.mapLeft(explain)(await interpret(effect)(runtime)())

const right = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isRight(outcome)) return outcome.right
  throw new Error(String(outcome.left))
}

const faults: string[] = []
const note = (what: string, fault: string): string => {
  faults.push(`${what}: ${fault}`)
  return 'failed'
}

/** A distance as a cell; one over its limit is a fault. */
const judged = (what: string, distance: number, limit: number): string =>
  distance <= limit ? distance.toExponential(1) : note(what, `${distance}, and at most ${limit} is allowed`)

/** How far the features of a library are that loaded a converted CLIP, as a cell. */
const checkedCell = (checked: readonly CheckedClip[], clip: string, convention: string): string => {
  const found = checked.find((one) => one.clip === clip && one.convention === convention)
  const what = `${clip} as ${convention}`
  if (found === undefined) return '-'
  return found.tag === 'Failed'
    ? note(what, found.reason)
    : judged(what, Math.max(found.image, found.text), limits.features)
}

/** How far the features of a CLIP are here, as cells. */
const featureCells = async (made: Made, clip: string, words: Tokenizer): Promise<readonly string[]> =>
  pipe(
    await attempt(featureDistances(made, clip, clipPath(made, clip), words)),
    E.match(
      (fault) => [note(`features of ${clip}`, fault), ''],
      ({ image, text }) => [
        judged(`image features of ${clip}`, image, limits.features),
        judged(`text features of ${clip}`, text, limits.features),
      ],
    ),
  )

const compareFeatures = async (made: Made, words: Tokenizer): Promise<void> => {
  const converted = join(made.folder, 'converted')
  const read: (readonly string[])[] = []
  for (const clip of made.about.clips) {
    read.push([clip, ...(await featureCells(made, clip, words))])
    const conversion = await attempt(convertToAll(made, clip, converted))
    if (E.isLeft(conversion)) note(`conversion of ${clip}`, conversion.left)
  }
  const checked = right(await checkConverted(made.folder, converted)())
  const rows = read.map(([clip = '', ...cells]) => [
    clip,
    ...cells,
    ...namingConventions.map((convention) => checkedCell(checked, clip, convention)),
  ])
  console.log(
    "Distance of features, relative to the largest of the library's: here, and in the library after conversion",
  )
  console.log(textTable(['CLIP', 'image', 'text', ...namingConventions.map((name) => `as ${name}`)], rows))
}

const compareTokens = (made: Made, words: Tokenizer): void => {
  const unlike = unlikeTexts(made, words)
  for (const { text } of unlike) note(`tokens of ${JSON.stringify(text)}`, "not OpenAI's")
  const others = ['open_clip', 'transformers'].map(
    (library) => `${library} ${made.texts.filter((one) => one.unlike.includes(library)).length}`,
  )
  console.log(
    `\nTexts of ${made.texts.length} whose tokens are not OpenAI's: here ${unlike.length}, ${others.join(', ')}`,
  )
}

const comparePixels = async (made: Made): Promise<void> => {
  const rows = right(await attempt(pixelDistances(made))).map(({ name, distance }) => {
    const reason = otherwiseByDesign[name]
    if (reason === undefined) judged(`pixels of ${name}`, distance, limits.pixels)
    const others = made.about.images[name]
    const distances = [distance, others?.open_clip ?? NaN, others?.transformers ?? NaN]
    return [name, ...distances.map((one) => one.toFixed(1)), reason ?? '']
  })
  console.log("\nDistance of preprocessed pixels from those of Pillow's convert('RGB'), in units of 1 / 255")
  console.log(textTable(['file', 'here', 'open_clip', 'transformers', 'why'], rows))
  const resized = right(await attempt(resizedDistances(made)))
  for (const { name, distance } of resized) judged(`pixels of ${name}`, distance, limits.pixels)
  const largest = Math.max(...resized.map(({ distance }) => distance))
  console.log(`Of ${resized.length} with other modes of resizing: ${largest.toFixed(1)} at most`)
}

const missing = await missingLibraries()
if (missing !== undefined) throw new Error(missing)
const temporary = mkdtempSync(join(tmpdir(), 'checkpoint-peers-'))
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))

const isStored = process.argv.includes('--store')
const folder = join(temporary, 'made')
right(await makeIn(folder, isStored ? 'small' : 'full')())
const made = right(await attempt(readMade(folder)))
const words = tokenizer(right(await loadClipVocabulary()))
await compareFeatures(made, words)
compareTokens(made, words)
await comparePixels(made)
const versions = Object.entries(made.about.versions).map(([library, version]) => `${library} ${version}`)
console.log(`\n${versions.join(', ')}`)
if (isStored) await store(folder)
if (faults.length > 0) {
  console.error(`\n${faults.join('\n')}`)
  process.exitCode = 1
}
