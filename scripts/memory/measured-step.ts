/**
 * Takes steps of a method on a CLIP, and prints as JSON how many bytes the process held at most beyond what it held before, and how many were
 * predicted. Both are of one process: the order of the nodes of a program depends on programs that were made before it. Linux only.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { input, mul, program } from '../../src/dsl/index.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { randomInputs, randomOptions } from '../../src/experiments/cost/random-values.js'
import { zeros } from '../../src/values/value.js'
import { engineMemory, programMemory } from '../../src/engines/onnx/memory/engine-memory.js'
import { measuredCases, measuredStep } from './cases.js'

const [methodName, sizeName] = process.argv.slice(2)
const chosen = measuredCases.find(({ method, size }) => method === methodName && size.name === sizeName)
if (chosen === undefined) throw new Error('usage: measured-step.js <method> <size>')

const right = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}

/** Bytes that the process holds, or has held at most. */
const held = (field: 'VmRSS' | 'VmHWM'): number =>
  1024 * Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

const engine = onnxEngine({ threads: 1 })
const { step, sizes, architecture } = right(measuredStep(chosen.method, chosen.size))
const options = randomOptions(step.program, sizes, step.carried)
const inputs = randomInputs(step.program, sizes, architecture)

// The library is loaded with the first program.
const x = input('x', ['B'])
const loading = right(
  await engine.compile(right(program({ x }, { y: mul(x, 2) })), {
    sizes: { B: 1 },
    weights: {},
    state: [],
  })(),
)
right(await loading.run({ x: zeros('f32', [1]) })())
right(await loading.dispose()())

globalThis.gc?.()
const idle = held('VmRSS')
// The most that was held so far is forgotten.
writeFileSync('/proc/self/clear_refs', '5')
const executable = right(await engine.compile(step.program, options)())
// When results that a step has left are collected is chance: here it is done after each step.
for (let i = 0; i < 3; i += 1) {
  right(await executable.run(inputs)())
  globalThis.gc?.()
}
const most = held('VmHWM')
const predicted = engineMemory([
  right(
    programMemory({ program: step.program, sizes }, new Set(step.carried.map(({ parameter }) => parameter))),
  ),
])
console.log(JSON.stringify({ measured: most - idle, predicted }))
