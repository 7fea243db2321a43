/** What the tests of the runtime tell their worker, and its answer. */
import * as t from 'io-ts'
import { texts } from './training-in-parts.js'

export const runtimeSettings = t.type({ images: texts, run: texts, steps: t.number })

export const runtimeAnswer = t.type({
  pixels: t.array(t.number),
  failures: t.number,
  story: t.array(t.string),
  trained: t.type({ state: texts, metrics: t.string }),
  run: texts,
})
