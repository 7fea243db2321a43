/** Where a process finds the engine that it checks: in the catalogue, in a module of the user's, or in a file of ONNX. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { literals } from '../dsl/documents/literals.js'
import { catalogue, engineNames } from '../engines/catalogue.js'
import type { Engine } from '../engines/engine.js'
import type { EngineFailed } from '../engines/failure.js'
import { graphOptimizations } from '../engines/onnx/provider.js'
import { reasonOf } from '../engines/reason-of.js'
import { packageVersion } from '../engines/trial/package-version.js'
import { engineOfFile } from './engine-of-file.js'

/** An engine as data, which a process of its own can load. */
export const EngineSource = t.union([
  t.intersection([
    t.type({ name: literals(engineNames) }),
    t.partial({ graphOptimization: literals(graphOptimizations) }),
  ]),
  /** A module that exports an engine: under a name, or in an object, as in `engines.fast`. */
  t.type({ module: t.string, exported: t.string }),
  /** ONNX Runtime with a file: it runs this model, whatever program it is given. */
  t.type({ file: t.string }),
])
export type EngineSource = t.TypeOf<typeof EngineSource>

/** The source that a text names: `onnx`, or `./my-engine.js#exported`, where `engine` is exported if nothing is said. */
export const sourceOf = (text: string): EngineSource | undefined => {
  const name = engineNames.find((known) => known === text)
  if (name !== undefined) return { name }
  const [module = '', exported = 'engine'] = text.split('#')
  return /\.[cm]?js$/.test(module) ? { module: resolve(module), exported } : undefined
}

/** A source in the words of the command line. */
export const sourceText = (source: EngineSource): string =>
  'name' in source
    ? source.name
    : 'module' in source
      ? `${source.module}#${source.exported}`
      : `${source.file} itself`

/** An engine that is loaded, and the version of the package that computes. */
export interface LoadedEngine {
  readonly engine: Engine
  readonly version: string
}

const EngineShape = t.type({ name: t.string, compile: t.Function })
const isEngine = (value: unknown): value is Engine => EngineShape.is(value)

const notLoaded = (engine: string, reason: string, advice: string): EngineFailed => ({
  tag: 'EngineFailed',
  engine,
  stage: 'load',
  reason,
  advice,
})

const versionOf = (library: string | undefined): string =>
  pipe(
    O.fromNullable(library),
    O.chain(packageVersion),
    O.getOrElse(() => ''),
  )

const fieldOf = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined

const exportedEngine = (module: string, exported: string): TE.TaskEither<EngineFailed, LoadedEngine> =>
  pipe(
    TE.tryCatch(
      (): Promise<unknown> => import(pathToFileURL(module).href),
      (cause) => notLoaded(module, reasonOf(cause), 'give the path of a module that Node can import'),
    ),
    TE.chainEitherK((namespace) => {
      const value = exported.split('.').reduce(fieldOf, namespace)
      return isEngine(value)
        ? E.right({ engine: value, version: '' })
        : E.left(
            notLoaded(
              module,
              `it does not export an engine as '${exported}'`,
              'export an object with a name and compile; see: tensile/engines, Engine',
            ),
          )
    }),
  )

/** Loads an engine in this process. */
export const loadEngine = (source: EngineSource): TE.TaskEither<EngineFailed, LoadedEngine> => {
  if ('file' in source)
    return TE.right({ engine: engineOfFile(source.file), version: versionOf('onnxruntime-node') })
  if ('module' in source) return exportedEngine(source.module, source.exported)
  const { name, graphOptimization } = source
  const { engine, library } = catalogue[name]
  return TE.right({ engine: engine({ graphOptimization }), version: versionOf(library) })
}
