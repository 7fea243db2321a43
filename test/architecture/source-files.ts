/** The files under `src`, parsed. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript6'

const repository = fileURLToPath(new URL('../../', import.meta.url))

/** A parsed source file; `path` is relative to the repository's root, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly tree: ts.SourceFile
}

/** Every TypeScript file under `src` of a repository, sorted by path. */
export const sourceFiles = (root: string = repository): readonly SourceFile[] =>
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path.split(sep).join('/')}`)
    .toSorted()
    .map((path) => ({
      path,
      tree: ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.ESNext, true),
    }))

/** What `pick` gives for the nodes of a tree, in source order; undefined is left out. */
export const collect = <A>(node: ts.Node, pick: (node: ts.Node) => A | undefined): readonly A[] => {
  const found: A[] = []
  const visit = (current: ts.Node): void => {
    const picked = pick(current)
    if (picked !== undefined) found.push(picked)
    ts.forEachChild(current, visit)
  }
  visit(node)
  return found
}

const textOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined

/** Specifiers that a file imports, in whatever form: `import`, `export from`, `import()`, `typeof import()`. */
export const importsOf = ({ tree }: SourceFile): readonly string[] =>
  collect(tree, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier)
    if (ts.isImportTypeNode(node)) {
      return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined
    }
    return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
      ? textOf(node.arguments[0])
      : undefined
  })

/** `src/dsl/x.ts:12` */
export const placeOf = ({ path, tree }: SourceFile, node: ts.Node): string =>
  `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`
