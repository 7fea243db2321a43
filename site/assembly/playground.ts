/** The playground's files: its page, its workers, the library as modules, its declarations, its examples. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import ts from 'typescript6'

/** Modules that a program of the playground may import, with their sources; names as in `package.json`. */
const ownModules: Readonly<Record<string, string>> = {
  tensile: 'dsl',
  'tensile/losses': 'losses',
  'tensile/model': 'model',
  'tensile/optimizers': 'optimizers',
  'tensile/methods': 'methods',
  'tensile/data': 'data',
  'tensile/training': 'training',
  'tensile/effects/web': 'effects/web',
}

const peers = [
  'fp-ts/lib/Either.js',
  'fp-ts/lib/Option.js',
  'fp-ts/lib/ReadonlyArray.js',
  'fp-ts/lib/ReadonlyRecord.js',
  'fp-ts/lib/TaskEither.js',
  'fp-ts/lib/function.js',
]

/** The one global that programs may use besides those of the language. */
const console = 'declare const console: { readonly log: (...values: readonly unknown[]) => void }\n'

/** Every declaration that the modules reach, by a path under which the playground's compiler has it. */
const declarationsOf = (
  repository: string,
): {
  readonly files: Readonly<Record<string, string>>
  readonly modules: Readonly<Record<string, string>>
} => {
  const files = {
    ...Object.fromEntries(
      Object.entries(ownModules).map(([name, folder]) => [
        name,
        join(repository, `dist/${folder}/index.d.ts`),
      ]),
    ),
    ...Object.fromEntries(
      peers.map((name) => [name, join(repository, `node_modules/${name.replace(/\.js$/, '.d.ts')}`)]),
    ),
  }
  const program = ts.createProgram(Object.values(files), {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    noEmit: true,
  })
  const real = ts.sys.realpath?.(repository) ?? repository
  const nodeModules = ts.sys.realpath?.(join(repository, 'node_modules')) ?? ''
  /** `/lib.es5.d.ts`, `/tensile/dsl/index.d.ts`, `/node_modules/fp-ts/lib/Either.d.ts`. */
  const pathOf = (file: string): string => {
    if (program.isSourceFileDefaultLibrary(program.getSourceFile(file) ?? missing(file))) {
      return `/${file.split('/').at(-1)}`
    }
    const within = relative(join(real, 'dist'), file)
    return within.startsWith('..')
      ? `/node_modules/${relative(nodeModules, ts.sys.realpath?.(file) ?? file)}`
      : `/tensile/${within}`
  }
  return {
    files: {
      '/console.d.ts': console,
      ...Object.fromEntries(program.getSourceFiles().map(({ fileName, text }) => [pathOf(fileName), text])),
    },
    modules: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, pathOf(file)])),
  }
}

const missing = (file: string): never => {
  throw new Error(`${file} is not there: npm run build`)
}

/** A program to start from. */
export interface StartingProgram {
  readonly name: string
  readonly title: string
  readonly code: string
}

/** The programs to start from, in the order of their numbers. */
export const startingPrograms = (repository: string): readonly StartingProgram[] => {
  const folder = join(repository, 'site/playground/examples')
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const code = readFileSync(join(folder, file), 'utf8')
      const title = /^\/\*\* (.*?)\.? \*\//.exec(code)?.[1] ?? file
      return { name: file.replace(/^\d+-|\.ts$/g, ''), title, code }
    })
}

/** Writes everything that the playground loads into a folder. */
export const writePlayground = async (repository: string, out: string): Promise<void> => {
  mkdirSync(join(out, 'onnxruntime'), { recursive: true })
  writeFileSync(join(out, 'declarations.json'), JSON.stringify(declarationsOf(repository)))
  writeFileSync(join(out, 'examples.json'), JSON.stringify(startingPrograms(repository)))
  for (const ending of ['mjs', 'wasm']) {
    const file = `ort-wasm-simd-threaded.${ending}`
    copyFileSync(join(repository, 'node_modules/onnxruntime-web/dist', file), join(out, 'onnxruntime', file))
  }
  copyFileSync(join(repository, 'site/playground/editor/playground.css'), join(out, 'playground.css'))
  await build({
    absWorkingDir: repository,
    entryPoints: {
      playground: 'site/playground/editor/page.ts',
      'language-worker': 'site/playground/language/worker.ts',
      'program-worker': 'site/playground/program/worker.ts',
      'run-worker': 'site/playground/run/worker.ts',
      'speed-worker': 'site/playground/speed/worker.ts',
      ...Object.fromEntries(
        Object.entries(ownModules).map(([name, folder]) => [`library/${name}`, `dist/${folder}/index.js`]),
      ),
      ...Object.fromEntries(peers.map((name) => [`library/${name.replace(/\.js$/, '')}`, name])),
    },
    outdir: out,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // The compiler's file system in memory names them where it is not in memory.
    external: ['fs', 'path'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  })
}
