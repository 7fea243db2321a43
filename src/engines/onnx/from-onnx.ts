/** Reads an ONNX file as a program. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as b from '../../dsl/builder.js'
import { typed, typedRecord } from '../../dsl/erasure.js'
import type { Fault } from '../../dsl/fault.js'
import { dims as plainDims } from '../../dsl/ops/leaf.js'
import type { Node } from '../../dsl/primitives/primitive.js'
import type { AnyTensor, Program } from '../../dsl/program.js'
import { program as programOf, programOfNodes } from '../../dsl/program.js'
import type { Tensor } from '../../dsl/tensor.js'
import type { Literal } from '../../shapes/decide.js'
import type { Dim, Shape, Sizes } from '../../shapes/dim.js'
import type { DimLike, DimsOf, LiteralDims } from '../../shapes/dim-argument.js'
import {
  addDims,
  divideDims,
  foldDim,
  isDim,
  isSymbol,
  productOfDims,
  sameShape,
  showShape,
} from '../../shapes/dim.js'
import type { NamedValues } from '../../values/named-values.js'
import * as R from '../../values/record.js'
import type { DType, TensorValue } from '../../values/value.js'
import { reasonOf } from '../reason-of.js'
import type { Files } from './import/external-data.js'
import { withExternalData } from './import/external-data.js'
import type { OnnxFault } from './import/fault.js'
import { onnxFault } from './import/fault.js'
import type { Graph, Port, Tensor as StoredTensor } from './import/model-codec.js'
import { Model } from './import/model-codec.js'
import { readGraph } from './import/read-graph.js'
import { dtypeOf, knownOf, numbersOf, valueOf } from './import/tensor-data.js'
import type { Value } from './import/value.js'
import { ofKnown, ofNode } from './import/value.js'
import { decodeModel } from './model-proto.js'

type Shapes = Readonly<Record<string, readonly DimLike[]>>

export interface FromOnnxOptions<O extends Shapes = Shapes> {
  /** Tensors in place of the file's inputs, by their names. The others become inputs, of the shapes that the file gives them. */
  readonly inputs?: Readonly<Record<string, AnyTensor>>
  /**
   * Shapes of outputs, by their names: the program must have them, and the tensors that are returned are of these types. A dim of an
   * input that a function takes is `axis(x, 0)`.
   */
  readonly outputs?: O & { readonly [K in keyof O]: Literal<LiteralDims<O[K]>> }
  /** Sizes of symbols of the file. Symbols without one stay open. */
  readonly sizes?: Sizes
  /** The bytes of files beside the model that hold its weights, by the names that it gives them: `{ 'model.onnx.data': bytes }`. */
  readonly files?: Files
}

/** A model that was read. */
export interface OnnxModel<O extends Shapes = Shapes> {
  /** Its inputs and outputs have the names of the file. Its weights are parameters, under their names. */
  readonly program: Program
  /** The values of the program's parameters that the file holds. */
  readonly weights: NamedValues
  /** The outputs whose shapes were declared. */
  readonly outputs: { readonly [K in keyof O]: Tensor<DimsOf<O[K]>> }
}

const oldest = 13
const newest = 23

type Read<A> = E.Either<OnnxFault, A>

const readModel = (bytes: Uint8Array, files: Files): Read<Model> =>
  pipe(
    E.tryCatch(() => decodeModel(bytes), reasonOf),
    E.chain((message) => E.mapLeft(() => 'its messages lack fields that a model has')(Model.decode(message))),
    E.mapLeft((reason) =>
      onnxFault('the file', `it is no ONNX model: ${reason}`, 'give the bytes of an .onnx file'),
    ),
    E.chain((model) => E.map((graph: Graph) => ({ ...model, graph }))(withExternalData(model.graph, files))),
  )

const readOpset = ({ opsetImport }: Model): Read<number> => {
  const version = opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version ?? 0
  return version >= oldest && version <= newest
    ? E.right(version)
    : E.left(
        onnxFault(
          'the file',
          `its operators are of opset ${version}; ${oldest} to ${newest} are read`,
          'export the model with one of these, or convert it with onnx.version_converter',
        ),
      )
}

/** The dim that a file names: `2*s0` as it is, `batch size` as `batch_size`, and one without a name as `images.0`. */
const symbolOf = (name: string): Dim => {
  const dense = name.replaceAll(' ', '')
  const word = dense.replaceAll(/[^\w.']/g, '_')
  return isDim(dense) ? dense : isSymbol(word) ? word : `s${word}`
}

const shapeOf = ({ name, type }: Port): Shape =>
  (type?.tensorType?.shape?.dim ?? []).map(({ dimValue, dimParam }, axis) =>
    dimValue !== undefined
      ? dimValue
      : symbolOf(dimParam === undefined || dimParam === '' ? `${name}.${axis}` : dimParam),
  )

/** A dim of the file with other dims for its symbols. */
const substituted = (bound: ReadonlyMap<string, Dim>): ((dim: Dim) => Dim) =>
  foldDim<Dim>({
    size: (size) => size,
    symbol: (symbol) => bound.get(symbol) ?? symbol,
    sum: (terms) => terms.reduce(addDims, 0),
    fraction: (factors, divisors, dim) =>
      E.getOrElse((): Dim => dim)(divideDims(productOfDims(factors), productOfDims(divisors))),
  })

/** What the symbols of the file are in the tensors that are given for its inputs. */
const boundBy = (
  ports: readonly Port[],
  inputs: Readonly<Record<string, AnyTensor>>,
  sizes: Sizes,
): Read<ReadonlyMap<string, Dim>> => {
  const bound = new Map<string, Dim>(Object.entries(sizes))
  const given = ports.flatMap((port) => {
    const tensor = Object.hasOwn(inputs, port.name) ? inputs[port.name] : undefined
    return tensor === undefined ? [] : [{ port, node: tensor.node, declared: shapeOf(port) }]
  })
  for (const { node, declared } of given) {
    declared.forEach((dim, axis) => {
      const own = node.shape[axis]
      if (typeof dim === 'string' && isSymbol(dim) && own !== undefined && !bound.has(dim))
        bound.set(dim, own)
    })
  }
  const resolve = substituted(bound)
  const misfit = given.find(({ port, node, declared }) => {
    const dtype = dtypeOf(port.type?.tensorType?.elemType)
    return (
      node.dtype !== dtype ||
      (port.type?.tensorType?.shape !== undefined && !sameShape(declared.map(resolve), node.shape))
    )
  })
  if (misfit === undefined) return E.right(bound)
  const { port, node, declared } = misfit
  const dtype = dtypeOf(port.type?.tensorType?.elemType) ?? 'of another type'
  return E.left(
    onnxFault(
      `the input '${port.name}'`,
      `the file says ${dtype} ${showShape(declared.map(resolve))}, the tensor is ${node.dtype} ${showShape(node.shape)}`,
      'declare the shape of the file, or export it with open sizes',
    ),
  )
}

const unknownInput = (
  ports: readonly Port[],
  inputs: Readonly<Record<string, AnyTensor>>,
): string | undefined => R.keys(inputs).find((name) => !ports.some((port) => port.name === name))

const readInput = (port: Port, given: AnyTensor | undefined, resolve: (dim: Dim) => Dim): Read<Value> => {
  if (given !== undefined) return E.right(ofNode(given.node))
  const dtype = dtypeOf(port.type?.tensorType?.elemType)
  return dtype === undefined
    ? E.left(
        onnxFault(
          `the input '${port.name}'`,
          `it has the element type ${port.type?.tensorType?.elemType ?? 0} of ONNX`,
          'only numbers and truth values are read',
        ),
      )
    : E.right(ofNode(b.input(port.name, shapeOf(port).map(resolve), dtype)))
}

/** Constants that are stored like weights: those of `toOnnx`, and the scalars that PyTorch's exporter numbers. */
const isConstant = ({ name = '', dims }: StoredTensor, producer: string): boolean =>
  producer === 'tensile' ? /\/constant(\.\d+)?$/.test(name) : dims.length === 0 && /^val_\d+$/.test(name)

/**
 * A stored tensor. Numbers with a fraction, and large ones, are parameters, unless the exporter's name says that they are none;
 * small integers and truths are constants.
 */
const readStored = (
  producer: string,
  tensor: StoredTensor,
): Read<{ readonly value: Value; readonly weight?: TensorValue }> => {
  const name = tensor.name ?? ''
  return pipe(
    numbersOf(tensor),
    E.chain((read) => {
      if (read.dtype !== 'f32' || isConstant(tensor, producer)) {
        const known = knownOf(tensor, read)
        if (known !== undefined) return E.right({ value: ofKnown(known) })
      }
      return E.map((weight: TensorValue) => ({
        value: {
          ...ofNode(b.parameter(name, tensor.dims, read.dtype)),
          stored: () => knownOf(tensor, read),
        },
        weight,
      }))(valueOf(tensor, read))
    }),
    E.mapLeft((reason) =>
      onnxFault(
        `the weight '${name}'`,
        reason,
        'store it in the file, in an element type of 32 bits or less',
      ),
    ),
  )
}

interface Leaves {
  readonly values: ReadonlyMap<string, Value>
  readonly weights: NamedValues
}

const readLeaves = (
  { graph, producerName = '' }: Model,
  inputs: Readonly<Record<string, AnyTensor>>,
  sizes: Sizes,
): Read<Leaves> => {
  const stored = new Set(graph.initializer.map(({ name }) => name))
  const ports = graph.input.filter(({ name }) => !stored.has(name))
  const stranger = unknownInput(ports, inputs)
  if (stranger !== undefined) {
    const names = ports.map(({ name }) => `'${name}'`).join(', ')
    return E.left(
      onnxFault(`the input '${stranger}'`, 'the file has no such input', `its inputs are ${names}`),
    )
  }
  return pipe(
    E.Do,
    E.bind('bound', () => boundBy(ports, inputs, sizes)),
    E.bind('given', ({ bound }) =>
      pipe(
        ports,
        E.traverseArray((port) =>
          E.map((value: Value) => [port.name, value] as const)(
            readInput(
              port,
              Object.hasOwn(inputs, port.name) ? inputs[port.name] : undefined,
              substituted(bound),
            ),
          ),
        ),
      ),
    ),
    E.bind('held', () =>
      pipe(
        graph.initializer,
        E.traverseArray((tensor) =>
          E.map((read: { readonly value: Value; readonly weight?: TensorValue }) => ({
            name: tensor.name ?? '',
            ...read,
          }))(readStored(producerName, tensor)),
        ),
      ),
    ),
    E.map(({ given, held }) => ({
      values: new Map<string, Value>([...given, ...held.map(({ name, value }) => [name, value] as const)]),
      weights: Object.fromEntries(
        held.flatMap(({ name, weight }): (readonly [string, TensorValue])[] =>
          weight === undefined ? [] : [[name, weight]],
        ),
      ),
    })),
  )
}

const readOutputs = (
  graph: Graph,
  values: ReadonlyMap<string, Value>,
): Read<Readonly<Record<string, Node>>> =>
  pipe(
    graph.output,
    E.traverseArray(({ name }): Read<readonly [string, Node]> => {
      const value = values.get(name)
      return value === undefined
        ? E.left(onnxFault(`the output '${name}'`, 'no node gives it', 'check the file with onnx.checker'))
        : E.right([name, value.node()])
    }),
    E.map((entries) => Object.fromEntries(entries)),
  )

/** The declared outputs as tensors. Fails where the file has another shape, or no such output. */
const declaredOutputs = (
  outputs: Readonly<Record<string, Node>>,
  declared: Shapes,
): Read<Readonly<Record<string, Tensor<unknown, DType>>>> =>
  pipe(
    Object.entries(declared),
    E.traverseArray(([name, handles]): Read<readonly [string, Tensor<unknown, DType>]> => {
      const shape = plainDims(handles)
      const node = Object.hasOwn(outputs, name) ? outputs[name] : undefined
      const where = `the output '${name}'`
      if (node === undefined) {
        const names = R.keys(outputs).map((each) => `'${each}'`)
        return E.left(onnxFault(where, 'the file has no such output', `its outputs are ${names.join(', ')}`))
      }
      return node.dtype === 'f32' && sameShape(node.shape, shape)
        ? E.right([name, typed<unknown, DType>(node)])
        : E.left(
            onnxFault(
              where,
              `it is ${node.dtype} ${showShape(node.shape)}, declared as f32 ${showShape(shape)}`,
              'declare the shape that it has; its symbols are those of the inputs',
            ),
          )
    }),
    E.map((entries) => Object.fromEntries(entries)),
  )

const boundInputs = (
  values: ReadonlyMap<string, Value>,
  ports: readonly Port[],
): Readonly<Record<string, AnyTensor>> =>
  Object.fromEntries(
    ports.flatMap(({ name }): (readonly [string, AnyTensor])[] => {
      const node = values.get(name)?.node()
      return node?.op === 'input' && node.attributes.name === name
        ? [[name, { node, dtype: node.dtype }]]
        : []
    }),
  )

/**
 * The program of an `.onnx` file, and the values of its weights: what `toOnnx`, PyTorch's exporters and others write. It is a
 * program like any other: gradients, low-rank adapters, laws and export work on it.
 *
 * Initialisers with a fraction become parameters under their names; those of integers, and constants, are part of the program.
 * Operations are in the scopes that the exporter names. Integers of 64 bits become 32, halves and doubles 32-bit floats. Symbols
 * of the file stay open: a batch of `dim_param` B is `'B'`. Arithmetic of shapes is done while the file is read.
 *
 * `inputs` puts tensors in the place of inputs, whose symbols then take their dims. `outputs` declares shapes, which are checked,
 * and gives the outputs as tensors of these types. `files` are those beside the model that hold its weights.
 *
 * Fails if the bytes are no ONNX model, a file of its weights is not given or too short, its opset is not one of 13 to 23, a node's operator is not read (all such nodes are named, with
 * their places), a node breaks a shape rule, a shape depends on the values of a run, or an input or output is not as declared.
 *
 * @example
 * const images = input('images', ['B', 3, 224, 224])
 * const network = pipe(
 *   fromOnnx(bytes, { inputs: { images }, outputs: { logits: ['B', 1000] } }),
 *   E.map(({ outputs, weights }) => ({ loss: crossEntropy(outputs.logits, labels), weights })),
 * )
 */
export const fromOnnx = <const O extends Shapes = Record<never, never>>(
  bytes: Uint8Array,
  { inputs = {}, outputs, sizes = {}, files = {} }: FromOnnxOptions<O> = {},
): E.Either<OnnxFault | Fault, OnnxModel<O>> =>
  pipe(
    E.Do,
    E.bindW('model', () => readModel(bytes, files)),
    E.bindW('opset', ({ model }) => readOpset(model)),
    E.bindW('leaves', ({ model }) => readLeaves(model, inputs, sizes)),
    E.bindW('values', ({ model, opset, leaves }) => readGraph(model.graph.node, leaves.values, opset)),
    E.bindW('nodes', ({ model, values }) => readOutputs(model.graph, values)),
    E.bindW('program', ({ model, nodes, leaves }) => {
      const declared = boundInputs(leaves.values, model.graph.input)
      return Object.keys(inputs).length === 0
        ? programOf(declared, R.map((node: Node) => ({ node, dtype: node.dtype }))(nodes))
        : programOfNodes(nodes)
    }),
    E.bindW('declared', ({ nodes }) => declaredOutputs(nodes, outputs ?? {})),
    E.map(({ program, leaves, declared }) => {
      const needed = new Set(program.parameters.map(({ attributes }) => attributes.name))
      return {
        program,
        weights: R.filterWithIndex((name: string) => needed.has(name))(leaves.weights),
        outputs: typedRecord<OnnxModel<O>['outputs']>(declared),
      }
    }),
  )
