/** ONNX Runtime with a file of ONNX as it is, as an engine: what other programs do with the file. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Engine } from '../engines/engine.js'
import { openModel } from '../engines/onnx/open-model.js'

/** An engine that runs this file. The program that it compiles must be the one that `fromOnnx` reads from it. */
export const engineOfFile = (path: string): Engine => ({
  name: 'onnx, the file itself',
  compile: () =>
    pipe(
      openModel(path),
      TE.map(({ executable }) => executable),
    ),
})
