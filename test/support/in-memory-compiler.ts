/** The compiler on modules in memory, together with the files of the repository. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript6'

/** The repository's root, under which modules in memory have their paths. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

const projectOptions = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
).options

/** Compiles modules in memory, by path, and files, with the project's options and some changes. Each file is parsed once. */
export const inMemoryCompiler = (changes: ts.CompilerOptions) => {
  const options = { ...projectOptions, ...changes }
  const host = ts.createCompilerHost(options)
  const files = new Map<string, ts.SourceFile | undefined>()
  const fileAt: ts.CompilerHost['getSourceFile'] = (path, ...rest) => {
    if (!files.has(path)) files.set(path, host.getSourceFile(path, ...rest))
    return files.get(path)
  }
  return (modules: ReadonlyMap<string, string>, roots: readonly string[] = []): ts.Program =>
    ts.createProgram([...modules.keys(), ...roots], options, {
      ...host,
      fileExists: (path) => modules.has(path) || host.fileExists(path),
      readFile: (path) => modules.get(path) ?? host.readFile(path),
      getSourceFile: (path, language, ...rest) => {
        const text = modules.get(path)
        return text === undefined
          ? fileAt(path, language, ...rest)
          : ts.createSourceFile(path, text, language)
      },
    })
}
