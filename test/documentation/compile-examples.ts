/** Type-checks examples, all in one compilation, each as a module that imports what it names. */
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript6'
import { collect } from '../architecture/source-files.js'
import { inMemoryCompiler, root } from '../support/in-memory-compiler.js'
import type { Example } from './examples.js'

const here = join(root, 'test/documentation')

/** What the compiler says of one example: empty if it compiles. Lines are those of the documentation. */
export interface Verdict {
  readonly example: Example
  readonly complaints: readonly string[]
}

/** The entry points that an example may use without an import: all but the laws, whose names are those of batches. */
const publicModules = [
  'dsl',
  'losses',
  'model',
  'optimizers',
  'methods',
  'engines',
  'effects',
  'formats',
  'data',
  'training',
  'experiments',
  'report',
].map((folder) => `src/${folder}/index.ts`)

/** Files of the layer that a source file is in: those of `src/laws` for `src/laws/arbitraries/kind.ts`. */
const layerOf = (path: string): readonly string[] => {
  const [source, layer] = path.split('/')
  if (source !== 'src' || layer === undefined) return []
  const files = readdirSync(join(root, source, layer), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.ts')).map((file) => `${source}/${layer}/${file}`)
}

/** Where an example finds a name: its file, the public modules, its layer, the prelude; the first wins. */
const modulesFor = ({ path }: Example): readonly string[] => [
  ...(path.endsWith('.ts') ? [path] : []),
  ...publicModules,
  ...layerOf(path),
  'test/documentation/prelude.ts',
]

const programOf = inMemoryCompiler({
  noUnusedLocals: false,
  noUnusedParameters: false,
  verbatimModuleSyntax: false,
  isolatedModules: false,
})

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)

/** Names that are used as values or types and not declared in the code itself. */
const freeNames = (code: string): ReadonlySet<string> => {
  const identifiers = collect(parse('example.ts', code), (node) => (ts.isIdentifier(node) ? node : undefined))
  const isDeclared = ({ parent }: ts.Identifier): boolean =>
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isTypeParameterDeclaration(parent) ||
    ts.isBindingElement(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isNamespaceImport(parent)
  const declares = (identifier: ts.Identifier): boolean =>
    isDeclared(identifier) && 'name' in identifier.parent && identifier.parent.name === identifier
  const declared = new Set(identifiers.filter(declares).map(({ text }) => text))
  return new Set(identifiers.map(({ text }) => text).filter((name) => !declared.has(name)))
}

/** One line of imports, so that line 2 of the module is line 1 of the example. */
const importsFor = (example: Example, exportsOf: (module: string) => ReadonlySet<string>): string => {
  const missing = new Set(freeNames(example.code))
  const imports = modulesFor(example).map((module) => {
    const names = [...missing].filter((name) => exportsOf(module).has(name))
    names.forEach((name) => missing.delete(name))
    const specifier = relative(here, join(root, module)).replaceAll('\\', '/').replace(/\.ts$/, '.js')
    return names.length === 0 ? '' : `import { ${names.join(', ')} } from './${specifier}';`
  })
  return [...imports, 'export {};'].join('')
}

const exportReader = (program: ts.Program): ((module: string) => ReadonlySet<string>) => {
  const checker = program.getTypeChecker()
  const known = new Map<string, ReadonlySet<string>>()
  return (module) => {
    const cached = known.get(module)
    if (cached !== undefined) return cached
    const file = program.getSourceFile(join(root, module))
    const symbol = file === undefined ? undefined : checker.getSymbolAtLocation(file)
    const names = new Set(
      (symbol === undefined ? [] : checker.getExportsOfModule(symbol)).map(({ name }) => name),
    )
    known.set(module, names)
    return names
  }
}

const complaint = (
  { path, line, lead = 0 }: Example,
  { file, start, messageText }: ts.Diagnostic,
): string => {
  const at = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line - 1 - lead
  return `${path}:${line + at} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}

/** The verdict on each example, in the order given. */
export const compileExamples = (examples: readonly Example[]): readonly Verdict[] => {
  const sources = [...new Set(examples.flatMap(modulesFor))].map((module) => join(root, module))
  const exportsOf = exportReader(programOf(new Map(), sources))
  const modules = new Map(
    examples.map((example, i) => [
      join(here, `example-${i}.ts`),
      `${importsFor(example, exportsOf)}\n${example.code}`,
    ]),
  )
  const program = programOf(modules, sources)
  return examples.map((example, i) => {
    const file = program.getSourceFile(join(here, `example-${i}.ts`))
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    return { example, complaints: diagnostics.map((diagnostic) => complaint(example, diagnostic)) }
  })
}
