/**
 * `npm run onnx:import-check [-- folder]`: small models that PyTorch's exporters write, read by `fromOnnx`: their outputs, and their
 * gradients, agree with PyTorch's to 1e-4 of the largest element. `BENCH_PYTHON` names a Python with torch, torchvision, transformers,
 * open_clip, onnx and onnxscript (`scripts/python-peers.sh`); without it the command says so and ends with 0. A folder that is
 * given keeps the files, and is not written again if it has them.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { bindSizes } from '../src/dsl/bind-sizes.js'
import * as b from '../src/dsl/builder.js'
import type { Fault } from '../src/dsl/fault.js'
import { explainFault } from '../src/dsl/fault.js'
import type { Node } from '../src/dsl/primitives/primitive.js'
import { programOfNodes } from '../src/dsl/program.js'
import { gradientNodes } from '../src/dsl/transformations/reverse-mode.js'
import type { OnnxFault } from '../src/engines/index.js'
import type { Files } from '../src/engines/onnx/import/external-data.js'
import { explainEngineFailure, explainOnnxFault, fromOnnx, onnxEngine } from '../src/engines/index.js'
import { decodeSafetensors } from '../src/formats/index.js'
import { largest } from '../src/values/extremes.js'
import type { NamedValues } from '../src/values/named-values.js'
import type { TensorValue } from '../src/values/value.js'

const tolerance = 1e-4
const [asked] = process.argv.slice(2)
const folder = asked === undefined ? mkdtempSync(join(tmpdir(), 'onnx-import-')) : resolve(asked)
if (asked === undefined) process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const isModel = (file: string): boolean => file.endsWith('.onnx')
if (!existsSync(folder) || !readdirSync(folder).some(isModel)) {
  const python = process.env['BENCH_PYTHON']
  if (python === undefined) {
    console.error('skipped: BENCH_PYTHON names no Python with PyTorch')
    process.exit(0)
  }
  const exported = spawnSync(python, ['scripts/onnx-import/export_models.py', folder], { encoding: 'utf8' })
  if (exported.status !== 0) {
    console.error(exported.stderr)
    process.exit(1)
  }
}

const size = ({ data }: TensorValue): number => largest([...data].map(Math.abs))

/** The largest difference from what is expected, relative to the largest element, but at least to `least`. */
const deviation = (value: TensorValue | undefined, expected: TensorValue, least = 0): number => {
  if (value === undefined || value.shape.join() !== expected.shape.join()) return Infinity
  const scale = Math.max(size(expected), least)
  return (
    largest([...expected.data].map((each, i) => Math.abs(each - (value.data[i] ?? Number.NaN)))) /
    (scale || 1)
  )
}

/** Values whose names begin with a word, without it. */
const named = (values: NamedValues, word: string): NamedValues =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name.startsWith(`${word}.`) ? [[name.slice(word.length + 1), value]] : [],
    ),
  )

interface Agreement {
  readonly output: number
  readonly gradients: number
  /** How many gradients the file gives under PyTorch's names, of how many that PyTorch has. */
  readonly compared: readonly [number, number]
}

/** An exporter that fuses a normalisation into a convolution keeps the weight's name, but not its value: that is another weight. */
const isUnchanged = (weight: TensorValue | undefined, original: TensorValue | undefined): boolean =>
  weight === undefined || original === undefined || deviation(weight, original) === 0

/** PyTorch's weights keep their names, behind the name of the module around them. */
const agreementOf = (
  bytes: Uint8Array,
  files: Files,
  stored: NamedValues,
): TE.TaskEither<string, Agreement> =>
  pipe(
    E.Do,
    E.bind('read', () =>
      E.mapLeft((fault: OnnxFault | Fault) =>
        fault.tag === 'OnnxFault' ? explainOnnxFault(fault) : explainFault(fault),
      )(fromOnnx(bytes, { files })),
    ),
    E.bind('graph', ({ read: { program, weights } }) => {
      const [gradients, parameters] = [named(stored, 'gradient'), named(stored, 'parameter')]
      const leaves = [...program.inputs, ...program.parameters].filter(
        ({ attributes: { name }, dtype }) =>
          dtype === 'f32' && gradients[name] !== undefined && isUnchanged(weights[name], parameters[name]),
      )
      const y: Node = program.outputs['y'] ?? b.scalar(Number.NaN)
      const cotangent = b.input('cotangent', y.shape)
      const loss = b.sum(
        b.mul(y, cotangent),
        y.shape.map((_, axis) => axis),
      )
      const found = gradientNodes(loss, leaves)
      const outputs = Object.fromEntries(
        leaves.map(({ attributes: { name } }, i) => [`gradient.${name}`, found[i] ?? loss]),
      )
      return E.mapLeft(explainFault)(programOfNodes({ y, ...outputs }))
    }),
    E.bind('sizes', ({ graph }) => {
      const given: NamedValues = {
        ...named(stored, 'input'),
        ...(stored['cotangent'] === undefined ? {} : { cotangent: stored['cotangent'] }),
      }
      return pipe(
        bindSizes(
          graph.inputs.map(({ attributes: { name, shape } }) => ({
            name,
            declared: shape,
            actual: given[name]?.shape ?? [],
          })),
          {},
        ),
        E.mapLeft(explainFault),
        E.map((sizes) => ({ sizes, given })),
      )
    }),
    TE.fromEither,
    TE.chain(({ read, graph, sizes: { sizes, given } }) =>
      pipe(
        onnxEngine({ threads: 2 }).compile(graph, { sizes, weights: read.weights, state: [] }),
        TE.chain((executable) => executable.run(given)),
        TE.mapLeft((failure) => explainEngineFailure(failure)),
        TE.map((values): Agreement => {
          const expected = named(stored, 'gradient')
          const compared = Object.keys(named(values, 'gradient'))
          // The gradient of a bias of keys is exactly 0: rounding is all that both have of it.
          const least = 1e-4 * largest(Object.values(expected).map(size))
          return {
            output: stored['output'] === undefined ? Infinity : deviation(values['y'], stored['output']),
            gradients: largest(
              compared.map((name) => {
                const gradient = expected[name]
                return gradient === undefined
                  ? Infinity
                  : deviation(values[`gradient.${name}`], gradient, least)
              }),
            ),
            compared: [compared.length, Object.keys(expected).length],
          }
        }),
      ),
    ),
  )

let failed = 0
console.log('| model, exporter | output | gradients | compared |\n| --- | --- | --- | --- |')
for (const file of readdirSync(folder).filter(isModel).toSorted()) {
  const tensors = decodeSafetensors(file, readFileSync(join(folder, file.replace(/onnx$/, 'safetensors'))))
  const data = join(folder, `${file}.data`)
  const agreement = E.isLeft(tensors)
    ? E.left('its tensors cannot be read')
    : await agreementOf(
        readFileSync(join(folder, file)),
        existsSync(data) ? { [`${file}.data`]: readFileSync(data) } : {},
        tensors.right.tensors,
      )()
  const name = file.replace(/\.onnx$/, '')
  if (E.isLeft(agreement)) {
    failed += 1
    console.log(`| ${name} | ${agreement.left} | | |`)
    continue
  }
  const { output, gradients, compared } = agreement.right
  const holds = output <= tolerance && gradients <= tolerance && compared[0] > 0
  if (!holds) failed += 1
  console.log(
    `| ${name} | ${output.toExponential(1)} | ${gradients.toExponential(1)} | ${compared.join(' of ')}${holds ? '' : ' FAILS'} |`,
  )
}
const skipped = existsSync(join(folder, 'not-exported.txt'))
  ? readFileSync(join(folder, 'not-exported.txt'), 'utf8')
  : ''
if (skipped !== '') console.log(`\nnot exported by PyTorch:\n${skipped}`)
if (failed > 0) process.exitCode = 1
