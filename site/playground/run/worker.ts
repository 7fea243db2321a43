/** Runs the effect that a program exports, on an engine, once. */
import * as E from 'fp-ts/lib/Either.js'
import { answerPage, explain, interpret, webRuntime } from 'tensile/effects/web'
import { onnxWebEngine } from 'tensile/engines/onnx-web'
import { referenceEngine } from '../../../dist/engines/reference/engine.js'
import { exportedEffect } from '../program/exported.js'
import { importCode } from '../program/import-code.js'
import { engineNames } from './engine-name.js'
import type { RunRequest } from './engine-name.js'
import { outcomeOf } from './outcome.js'

const engines = {
  'onnx-web': () => onnxWebEngine({ files: new URL('onnxruntime/', self.location.href).href }),
  reference: () => referenceEngine,
} as const

const isRequest = (given: unknown): given is RunRequest =>
  typeof given === 'object' &&
  given !== null &&
  'code' in given &&
  'engine' in given &&
  engineNames.some((name) => name === given.engine)

answerPage(async (given, terminal) => {
  if (!isRequest(given)) throw new Error('nothing to run')
  Reflect.set(console, 'log', (...values: readonly unknown[]) =>
    terminal.printLine(values.map(String).join(' ')),
  )
  const effect = exportedEffect(await importCode(given.code))
  if (effect === undefined) {
    throw new Error('the program exports no effect: export const training = trainingRun({ ... })')
  }
  const ended = await interpret(effect)(webRuntime(engines[given.engine](), terminal))()
  if (E.isLeft(ended)) throw new Error(explain(ended.left))
  return outcomeOf(ended.right)
})
