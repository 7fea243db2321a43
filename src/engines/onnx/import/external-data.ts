/** Weights whose elements lie in other files than the model's, as exporters write models of more than 2 GiB. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { dataLocations } from '../model-proto.js'
import type { OnnxFault } from './fault.js'
import { onnxFault } from './fault.js'
import type { Graph, Tensor } from './model-codec.js'

/** The bytes of files, by the locations that a model names. */
export type Files = Readonly<Record<string, Uint8Array>>

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

const filled = (tensor: Tensor, files: Files): E.Either<OnnxFault, Tensor> => {
  const { externalData = [], dataLocation, ...inModel } = tensor
  if (dataLocation !== dataLocations.external && externalData.length === 0) return E.right(tensor)
  const entry = (key: string): string | undefined => externalData.find((each) => each.key === key)?.value
  const [location = '', offset, length] = [entry('location'), entry('offset'), entry('length')]
  const refused = (message: string, advice: string): E.Either<OnnxFault, never> =>
    E.left(onnxFault(`the weight '${tensor.name ?? ''}'`, message, advice))
  const file = Object.hasOwn(files, location) ? files[location] : undefined
  if (file === undefined) {
    return refused(
      `its elements are in the file '${location}'`,
      'give the bytes of that file in `files`, or store the weights in the model',
    )
  }
  const start = offset === undefined ? 0 : wholeNumber(offset)
  const count = length === undefined ? file.byteLength - (start ?? 0) : wholeNumber(length)
  if (start === undefined || count === undefined || count < 0 || start + count > file.byteLength) {
    return refused(
      `it is at byte ${offset ?? 0} of '${location}', ${length ?? 'all'} bytes of it, and the file has ${file.byteLength}`,
      'give the file that was written together with the model',
    )
  }
  return E.right({ ...inModel, rawData: file.subarray(start, start + count) })
}

/** A graph whose weights hold their elements. Fails at the first one whose file is missing, or too short. */
export const withExternalData = (graph: Graph, files: Files): E.Either<OnnxFault, Graph> =>
  pipe(
    graph.initializer,
    E.traverseArray((tensor) => filled(tensor, files)),
    E.map((initializer) => ({ ...graph, initializer })),
  )
