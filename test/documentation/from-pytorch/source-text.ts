/** What the page shows of a file of rows: the source of each row's expression, its leaves, and where its names are from. */
import ts from 'typescript6'
import { collect } from '../../architecture/source-files.js'

/** A file of rows, as text. */
export interface SourceText {
  /** The statements of each row's `ours`, in order; the last one is the expression. */
  readonly expressions: readonly (readonly string[])[]
  /** Declarations of inputs, parameters, and of what several expressions use. */
  readonly leaves: readonly string[]
  /** Entry points that names are imported from, as users write them. */
  readonly imports: readonly string[]
}

/** Lines without the indentation that all but the first have in common. */
const dedent = (text: string): string => {
  const [head = '', ...rest] = text.split('\n')
  const depth = Math.min(...rest.flatMap((line) => (line.trim() === '' ? [] : [line.search(/\S/)])))
  return [head, ...rest.map((line) => line.slice(Number.isFinite(depth) ? depth : 0))].join('\n')
}

/** On one line, unless it holds a block of statements. */
const joined = (text: string): string =>
  /=> \{\n/.test(text)
    ? dedent(text)
    : text
        .replaceAll(/\(\n\s*/g, '(')
        .replaceAll(/\[\n\s*/g, '[')
        .replaceAll(/,?\n\s*([)\]])/g, '$1')
        .replaceAll(/,?\n\s*\}/g, ' }')
        .replaceAll(/\s*\n\s*/g, ' ')

const statementsOf = (body: ts.ConciseBody, tree: ts.SourceFile): readonly string[] =>
  ts.isBlock(body)
    ? body.statements.map((statement) =>
        joined(
          ts.isReturnStatement(statement) && statement.expression !== undefined
            ? statement.expression.getText(tree)
            : statement.getText(tree),
        ),
      )
    : [joined(ts.isParenthesizedExpression(body) ? body.expression.getText(tree) : body.getText(tree))]

/** The function that a row names `ours`, written in the row itself. */
const ownExpression = (node: ts.Node, tree: ts.SourceFile): readonly string[] | undefined =>
  ts.isPropertyAssignment(node) && node.name.getText(tree) === 'ours' && ts.isArrowFunction(node.initializer)
    ? statementsOf(node.initializer.body, tree)
    : undefined

/** The constants of a file, last first, that are used by code below them. */
const usedConstants = (tree: ts.SourceFile, expressions: readonly string[]): readonly string[] =>
  tree.statements.reduceRight<readonly string[]>((below, statement) => {
    if (!ts.isVariableStatement(statement) || statement.modifiers !== undefined) return below
    const names = statement.declarationList.declarations.flatMap(({ name }) =>
      collect(name, (node) => (ts.isIdentifier(node) ? node.text : undefined)),
    )
    const isUsed = names.some((name) =>
      [...expressions, ...below].some((code) => new RegExp(`(?<![.\\w])${name}\\b`).test(code)),
    )
    return isUsed ? [statement.getText(tree), ...below] : below
  }, [])

const entryPoint = (specifier: string): readonly string[] => {
  const [, room] = /src\/([\w-]+)\/index\.js$/.exec(specifier) ?? []
  if (room === undefined) return []
  return [room === 'dsl' ? 'tensile' : `tensile/${room}`]
}

export const sourceTextOf = (path: string, text: string): SourceText => {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
  const expressions = collect(tree, (node) => ownExpression(node, tree))
  return {
    expressions,
    leaves: usedConstants(tree, expressions.flat()),
    imports: tree.statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      statement.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword
        ? entryPoint(statement.moduleSpecifier.text)
        : [],
    ),
  }
}
