/** AD-CLIP's demo in Node, with its files and drawings as text, and figures from such files. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect } from 'vitest'
import { packagedClip } from '../../src/demo/packaged-clip.js'
import type { Progress } from '../../src/effects/instruction.js'
import { interpret } from '../../src/effects/interpreter.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import type { Engine } from '../../src/engines/engine.js'
import type { AdaptationEvaluation } from '../../src/experiments/evaluation/evaluation-file.js'
import { evaluationCodec } from '../../src/experiments/evaluation/evaluation-file.js'
import { loadClipVocabulary } from '../../src/formats/clip-vocabulary.js'
import { tokenizer } from '../../src/model/tokenizer/tokenizer.js'
import type { Metrics } from '../../src/training/metrics.js'
import { metricsCodec } from '../../src/training/metrics.js'
import { largest } from '../../src/values/extremes.js'
import { expectRight } from '../expect-either.js'
import type { DemoAnswer, DemoSettings } from './demo-settings.js'
import { demoWithClassifier, filesOfDemo, packedClip } from './demo-settings.js'
import { decodedText, diskOf, encoded } from './training-in-parts.js'
import { withoutTimes } from '../support/step-times.js'

/** A demo in Node, and what it drew: PNG files by their SVG. */
export interface DemoInNode extends DemoAnswer {
  readonly milliseconds: number
  readonly drawings: Readonly<Record<string, string>>
}

/** Runs the demo in Node, from the files of an earlier part on; stopped once it reports this progress. */
export const demoInNode = async (
  settings: Pick<DemoSettings, 'images' | 'epochs' | 'engine' | 'files'>,
  engine: Engine,
  stopAt?: Pick<Progress, 'label' | 'done'>,
): Promise<DemoInNode> => {
  const packed = readFileSync(packagedClip)
  const disk = diskOf({ ...settings.files, [packedClip]: encoded(packed) })
  const { runtime } = memoryWorld({ engine, disk })
  const drawings: Record<string, string> = {}
  let stopped = false
  const words = tokenizer(expectRight(await loadClipVocabulary()))
  const begun = performance.now()
  const outcome = await interpret(demoWithClassifier(settings, words))({
    ...runtime,
    renderDrawing: (svg) =>
      pipe(
        runtime.renderDrawing(svg),
        TE.tapIO((png) => () => void (drawings[svg] = encoded(png))),
      ),
    reportProgress: ({ label, done }) => {
      stopped ||= label === stopAt?.label && done >= stopAt.done
    },
    interrupted: () => stopped,
  })()
  const milliseconds = performance.now() - begun
  if (E.isLeft(outcome)) expect(outcome.left).toMatchObject({ tag: 'Interrupted' })
  return { stopped: E.isLeft(outcome), files: filesOfDemo(disk), milliseconds, drawings }
}

const textOf = ({ files }: DemoAnswer, path: string): string =>
  new TextDecoder().decode(decodedText(files[path] ?? expect.fail(`there is no ${path}`)))

/** The losses of each step, with its accuracy, epoch and learning rate. */
export const lossesOf = (answer: DemoAnswer): readonly Metrics[] =>
  withoutTimes(textOf(answer, 'demo/run/metrics.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => expectRight(metricsCodec.decode(JSON.parse(line))))

/** How far the losses of two first steps are apart: the furthest of any name. */
export const furthestLoss = (a: DemoAnswer, b: DemoAnswer): number => {
  const [first, second] = [lossesOf(a)[0], lossesOf(b)[0]]
  if (first === undefined || second === undefined) return expect.fail('there is no first step')
  expect(Object.keys(first)).toEqual(Object.keys(second))
  return largest(Object.keys(first).map((name) => Math.abs((first[name] ?? 0) - (second[name] ?? 0))))
}

/** What the classifier says of an image of noise: probabilities [1, 12], by ONNX Runtime in Node. */
export const classifiedNoise = async ({ files }: DemoAnswer): Promise<readonly number[]> => {
  const model = decodedText(files['demo/classifier.onnx'] ?? expect.fail('there is no classifier'))
  const session = await InferenceSession.create(model)
  const noise = Float32Array.from({ length: 3 * 48 * 48 }, (_, i) => Math.sin(i * i))
  const { probabilities } = await session.run({ images: new Tensor('float32', noise, [1, 3, 48, 48]) })
  return Array.from(probabilities?.data ?? [], Number)
}

export const evaluationOf = (answer: DemoAnswer): AdaptationEvaluation =>
  expectRight(evaluationCodec.decode(JSON.parse(textOf(answer, 'demo/run/evaluation.json'))))

/** All numbers of the validations, in their order. */
export const scoresOf = (answer: DemoAnswer): readonly number[] =>
  textOf(answer, 'demo/run/validation.jsonl')
    .match(/(?<=:)-?[\d.]+(e-?\d+)?/g)
    ?.map(Number) ?? []

export const reportOf = (answer: DemoAnswer): string => textOf(answer, 'demo/run/report.html')

/**
 * What must be the same of two runs: metrics and evaluation as text, tensors by their SHA-256. The report holds pictures, which
 * Node and browsers compress otherwise; names in a classifier depend on what a process has built before; scores of validation
 * are logarithms of the JavaScript engine, which differ in their last digit.
 */
export const bitsOfRun = (answer: DemoAnswer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(answer.files).flatMap(([path, text]) => {
      if (/(metrics\.jsonl|evaluation\.json)$/.test(path)) return [[path, withoutTimes(textOf(answer, path))]]
      return path.endsWith('.safetensors')
        ? [[path, createHash('sha256').update(decodedText(text)).digest('hex')]]
        : []
    }),
  )
