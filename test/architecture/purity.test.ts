import ts from 'typescript6'
import { describe, expect, it } from 'vitest'
import { collect, placeOf, sourceFiles } from './source-files.js'

const pure = /^src\/(values|shapes|dsl|losses|model|optimizers|methods)\//

describe('the pure core', () => {
  const files = sourceFiles().filter(({ path }) => pure.test(path))

  it('has no throw statement: faults are values', () => {
    expect(files.length).toBeGreaterThan(70)
    expect(
      files.flatMap((file) =>
        collect(file.tree, (node) => (ts.isThrowStatement(node) ? placeOf(file, node) : undefined)),
      ),
    ).toEqual([])
  })

  it('counts nodes in one file, notes the open scope in another, and keeps no other variable at the level of a module', () => {
    const variables = files.flatMap((file) =>
      file.tree.statements.flatMap((statement) =>
        ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) === 0
          ? [file.path]
          : [],
      ),
    )
    expect(variables).toEqual(['src/dsl/node.ts', 'src/dsl/scope.ts'])
  })
})

describe('type assertions', () => {
  it('are in one file: src/dsl/erasure.ts', () => {
    const isAssertion = (node: ts.Node): boolean =>
      ts.isTypeAssertionExpression(node) || (ts.isAsExpression(node) && !ts.isConstTypeReference(node.type))
    const places = sourceFiles().flatMap((file) =>
      collect(file.tree, (node) => (isAssertion(node) ? file.path : undefined)),
    )
    expect([...new Set(places)]).toEqual(['src/dsl/erasure.ts'])
  })
})

describe('lists of any length', () => {
  it('are not spread into the arguments of a call: a long one overflows the stack', () => {
    const spreadsData = (node: ts.Node): boolean =>
      ts.isCallExpression(node) &&
      /^Math\.(max|min)$|\.(push|unshift)$/.test(node.expression.getText()) &&
      node.arguments.some(ts.isSpreadElement)
    const places = sourceFiles().flatMap((file) =>
      collect(file.tree, (node) => (spreadsData(node) ? placeOf(file, node) : undefined)),
    )
    expect(places).toEqual([])
  })
})
