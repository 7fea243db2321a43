import { dirname, join } from 'node:path'
import ts from 'typescript6'
import { describe, expect, it } from 'vitest'
import { collect, sourceFiles } from './source-files.js'
import type { SourceFile } from './source-files.js'

const files: ReadonlyMap<string, SourceFile> = new Map(sourceFiles().map((file) => [file.path, file]))

/** Modules that a file loads before it runs: imports and exports of values, not of types, and not `import()`. */
const loadedFirst = ({ tree }: SourceFile): readonly string[] =>
  collect(tree, (node) => {
    if (ts.isImportDeclaration(node) && node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
      return node.moduleSpecifier
    return ts.isExportDeclaration(node) && !node.isTypeOnly ? node.moduleSpecifier : undefined
  }).flatMap((specifier) => (ts.isStringLiteral(specifier) ? [specifier.text] : []))

/** All modules that are loaded with a file, packages by name. */
const loadedWith = (start: string): ReadonlySet<string> => {
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const file = files.get(path)
    if (file === undefined) return
    for (const specifier of loadedFirst(file))
      visit(specifier.startsWith('.') ? join(dirname(path), specifier).replace(/\.js$/, '.ts') : specifier)
  }
  visit(start)
  return seen
}

const packagesOf = (modules: ReadonlySet<string>): readonly string[] =>
  [...modules].filter((name) => !name.startsWith('src/') && !name.startsWith('node:')).toSorted()

describe('what the command loads before it knows what to do', () => {
  const modules = loadedWith('src/cli/main.ts')

  it('is no command, no engine, no method and no image decoder', () => {
    const own = [...modules].filter((name) => name.startsWith('src/'))
    expect(own).toContain('src/cli/command-list.ts')
    expect(own.length).toBeLessThan(20)
    expect(packagesOf(modules)).toEqual([
      'commander',
      'fp-ts/lib/Either.js',
      'fp-ts/lib/function.js',
      'io-ts',
      'ts-pattern',
    ])
  })
})

describe('packages with native libraries', () => {
  it.each(['src/effects/index.ts', 'src/training/index.ts', 'src/cli/commands/train.ts'])(
    'are loaded where they are first used, not with %s',
    (path) => {
      expect([...loadedWith(path)].filter((name) => /^(sharp|onnxruntime|@tensorflow)/.test(name))).toEqual(
        [],
      )
      expect(loadedWith(path).size).toBeGreaterThan(50)
    },
  )
})
