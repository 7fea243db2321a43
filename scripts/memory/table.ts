/**
 * `npm run memory:table -- [--methods cocoop,pda] [--sizes middle]`: the memory that a training step takes, as `planMemory` predicts it and as
 * a process of its own holds it at most beyond its idle level (VmHWM, ONNX Runtime, one thread), in MiB. Ends with 1 if a prediction is off by
 * more than 15 %, and more than 4 MiB.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { engineMemory, programMemory } from '../../src/engines/onnx/memory/engine-memory.js'
import type { MeasuredMethod, MeasuredSize } from './cases.js'
import { measuredMethods, measuredSizes, measuredStep } from './cases.js'

const tolerance = 0.15
const mebibyte = 2 ** 20
const smallest = 4 * mebibyte

const { values } = parseArgs({ options: { methods: { type: 'string' }, sizes: { type: 'string' } } })
const chosen = <A>(
  names: string | undefined,
  all: readonly A[],
  nameOf: (item: A) => string,
): readonly A[] => (names === undefined ? all : all.filter((item) => names.split(',').includes(nameOf(item))))

const held = t.type({ idle: t.number, most: t.number })

/** Bytes at most beyond the idle level of a process of its own. */
const measuredBytes = (method: MeasuredMethod, { name }: MeasuredSize): number => {
  const child = fileURLToPath(new URL('measured-step.js', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', child, method, name], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${method}, ${name}: ${stderr}`)
  const outcome = held.decode(JSON.parse(stdout))
  if (E.isLeft(outcome)) throw new Error(`${method}, ${name}: printed ${stdout}`)
  return outcome.right.most - outcome.right.idle
}

const predictedBytes = (method: MeasuredMethod, size: MeasuredSize): number => {
  const outcome = pipe(
    measuredStep(method, size),
    E.chainW(({ step, sizes }) =>
      programMemory(
        { program: step.program, sizes },
        new Set(step.carried.map(({ parameter }) => parameter)),
      ),
    ),
    E.map((memory) => engineMemory([memory])),
  )
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}

const inMebibytes = (bytes: number): string => (bytes / mebibyte).toFixed(1)

console.log('| method | CLIP | images | classes | predicted, MiB | measured, MiB | ratio |')
console.log('| --- | --- | --: | --: | --: | --: | --: |')
for (const size of chosen(values.sizes, measuredSizes, ({ name }) => name)) {
  for (const method of chosen(values.methods, measuredMethods, (name) => name)) {
    const [predicted, measured] = [predictedBytes(method, size), measuredBytes(method, size)]
    const off = Math.abs(predicted - measured)
    if (off > tolerance * measured && off > smallest) process.exitCode = 1
    const images = method === 'pretrain' ? String(size.batch) : `${size.batch} + ${size.batch}`
    console.log(
      `| ${method} | ${size.name} | ${images} | ${size.classes} | ${inMebibytes(predicted)} | ${inMebibytes(measured)} | ${(predicted / measured).toFixed(2)} |`,
    )
  }
}
