/** The work of cases that time one operation, or the first step of a small model. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { AnyTensor } from '../src/dsl/index.js'
import {
  conv2d,
  dim,
  dropout,
  gelu,
  input,
  mean,
  parameter,
  programOfNodes,
  randomNormal,
  randomUniform,
  square,
  sub,
} from '../src/dsl/index.js'
import { encodeModel } from '../src/engines/onnx/model-proto.js'
import { gruLayer } from '../src/model/index.js'
import { adam, trainStep } from '../src/optimizers/index.js'
import type { NamedValues } from '../src/values/named-values.js'
import type { Run } from './compiled.js'
import { compiled, compiledProgram, say, threads } from './compiled.js'
import { drawnValues } from './ad-clip-step.js'
import { drawnValue } from './drawn-data.js'

type Workload = () => Promise<E.Either<string, Run>>

const elements = 1_048_576
const x = input('x', [elements])
const key = input('key', [2], 'i32')
const given: NamedValues = {
  x: drawnValue([elements], 1),
  key: { dtype: 'i32', shape: [2], data: Int32Array.of(1, 2) },
}

const operation =
  ({ node }: AnyTensor): Workload =>
  () =>
    compiledProgram(programOfNodes({ y: node }), {}, given)

const drawing: Readonly<Record<string, AnyTensor>> = {
  'dropout of 2^20 elements': dropout(x, { rate: 0.1, key }),
  '2^20 standard normals': randomNormal(key, [elements]),
  '2^20 uniform numbers': randomUniform(key, [elements]),
}

const depthwise = 'depthwise convolution, 7 × 7, images [8, 96, 56, 56]'
const [images, kernels] = [
  [8, 96, 56, 56],
  [96, 1, 7, 7],
] as const

const ownDepthwise: Workload = () =>
  compiledProgram(
    programOfNodes({
      y: conv2d(input('x', images), parameter('w', kernels), { padding: 3, groups: 96 }).node,
    }),
    {},
    { x: drawnValue(images, 1) },
  )

/** One node `Conv`, as an exporter writes it, with the kernels as a constant. */
const onnxRuntimeDepthwise: Workload = async () => {
  const runtime = await import('onnxruntime-node')
  const floats = (name: string, shape: readonly number[]) => ({
    name,
    type: { tensorType: { elemType: 1, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
  })
  const ints = (name: string, values: readonly number[]) => ({ name, type: 7, ints: values })
  const weights = drawnValue(kernels, 2).data
  const model = encodeModel({
    irVersion: 9,
    opsetImport: [{ domain: '', version: 20 }],
    producerName: 'bench',
    metadataProps: [],
    graph: {
      name: 'convolution',
      node: [
        {
          name: 'conv',
          opType: 'Conv',
          domain: '',
          input: ['x', 'w'],
          output: ['y'],
          attribute: [{ name: 'group', type: 2, i: 96 }, ints('pads', [3, 3, 3, 3])],
        },
      ],
      initializer: [
        { name: 'w', dims: kernels, dataType: 1, rawData: new Uint8Array(Float32Array.from(weights).buffer) },
      ],
      input: [floats('x', images)],
      output: [floats('y', images)],
    },
  })
  const session = await runtime.InferenceSession.create(model, { intraOpNumThreads: threads })
  const tensor = new runtime.Tensor('float32', Float32Array.from(drawnValue(images, 1).data), images)
  return E.right(async () => {
    await session.run({ x: tensor })
    return undefined
  })
}

/** Builds, differentiates, lowers, starts and takes the first step. The name of the layer makes each model a new one. */
const firstStepOfGru: Workload = () => {
  const [steps, batch, width, hidden] = [256, 32, 32, 128] as const
  let runs = 0
  return Promise.resolve(
    E.right(async () => {
      runs += 1
      const sequence = input('x', ['B', 'T', width])
      const { outputs } = gruLayer(`gru.${runs}`, dim(width), dim(hidden))(sequence)
      const loss = mean(square(sub(outputs, input('target', ['B', 'T', hidden]))))
      const built = trainStep({ loss }, adam({ learningRate: 0.001 }))
      if (E.isLeft(built)) return say(built.left)
      const sizes = { B: batch, T: steps }
      const inputs = {
        x: drawnValue([batch, steps, width], 1),
        target: drawnValue([batch, steps, hidden], 2),
      }
      const ready = await compiled(built.right, sizes, inputs, drawnValues(built.right, sizes))
      return pipe(
        ready,
        E.match(
          (problem) => Promise.resolve<string | undefined>(problem),
          (run) => run(),
        ),
      )
    }),
  )
}

/** By peer, then by case. */
export const operationWorkloads = {
  tensile: {
    ...Object.fromEntries(Object.entries(drawing).map(([name, tensor]) => [name, operation(tensor)])),
    [depthwise]: ownDepthwise,
    'GRU over 256 positions, from nothing to the end of the first training step': firstStepOfGru,
  },
  gelu: Object.fromEntries(Object.keys(drawing).map((name) => [name, operation(gelu(x))])),
  onnxruntime: { [depthwise]: onnxRuntimeDepthwise },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Workload>>>>
