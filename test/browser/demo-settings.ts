/** AD-CLIP's demo with its exported classifier, as a procedure for Node and for a tab; what its worker is told, and answers. */
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { packedClipPath } from '../../src/demo/clip-recipe.js'
import { demo } from '../../src/demo/demo.js'
import * as Effect from '../../src/effects/effect.js'
import { pathStatus } from '../../src/effects/operations.js'
import { exportRun } from '../../src/experiments/export/export-run.js'
import type { Tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import type { MemoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { encoded, texts } from './training-in-parts.js'

export const demoSettings = t.type({
  images: t.number,
  epochs: t.number,
  /** Written to `run.json`: a run goes on with the engine that it was begun with. */
  engine: t.string,
  threads: t.number,
  /** Files of an earlier part of the run. */
  files: texts,
  /** PNG files by the SVG that they were drawn from; what is not among them is drawn by the page. */
  drawings: texts,
})
export type DemoSettings = t.TypeOf<typeof demoSettings>

export const demoAnswer = t.type({
  /** Whether it was stopped before its end. */
  stopped: t.boolean,
  /** All files below `demo` but the drawings. */
  files: texts,
})
export type DemoAnswer = t.TypeOf<typeof demoAnswer>

/** Where the packed CLIP lies in either place. */
export const packedClip = packedClipPath('assets')

export const demoWithClassifier = (
  { images, epochs, engine }: Pick<DemoSettings, 'images' | 'epochs' | 'engine'>,
  tokenizer: Tokenizer,
): Effect.Effect<unknown> =>
  pipe(
    demo(
      'demo',
      { images, epochs },
      { packedClip, tokenizer, engine, version: 'test', seed: 1, start: 'resumeOrNew' },
    ),
    Effect.apSecond(exportRun('demo/run', { tokenizer, out: 'demo/classifier.onnx' })),
    Effect.apSecond(pathStatus('demo/classifier.onnx')),
  )

export const filesOfDemo = ({ files }: MemoryDisk): DemoAnswer['files'] =>
  Object.fromEntries(
    [...files].flatMap(([path, bytes]) =>
      path.startsWith('demo/') && !path.endsWith('.png') ? [[path, encoded(bytes)]] : [],
    ),
  )
