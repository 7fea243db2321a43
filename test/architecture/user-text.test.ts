import ts from 'typescript6'
import { describe, expect, it } from 'vitest'
import { collect, importsOf, placeOf, sourceFiles } from './source-files.js'

const isLiteralOrFunction = (node: ts.Expression | undefined): boolean =>
  node !== undefined && (ts.isStringLiteralLike(node) || ts.isArrowFunction(node))

/** A replacement that is put together may hold `$&`, which means what was found. */
const isComputedReplacement = (node: ts.Node): boolean =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  /^replace(All)?$/.test(node.expression.name.text) &&
  node.arguments.length === 2 &&
  !isLiteralOrFunction(node.arguments[1])

describe('the text of a user', () => {
  const files = sourceFiles()

  it('is no replacement: a text that is put in is given by a function', () => {
    const places = files.flatMap((file) =>
      collect(file.tree, (node) => (isComputedReplacement(node) ? placeOf(file, node) : undefined)),
    )
    expect(places).toEqual([])
  })

  it('is no pattern: a regular expression is made of a fixed list only, of ends of names of images', () => {
    const places = files.flatMap(({ path, tree }) =>
      collect(tree, (node) =>
        ts.isNewExpression(node) && node.expression.getText() === 'RegExp' ? path : undefined,
      ),
    )
    expect(places).toEqual(['src/data/image-files.ts'])
  })

  it('is no name of a record of fp-ts, which loses __proto__: src/values/record.ts keeps it', () => {
    const importers = files
      .filter((file) => importsOf(file).some((name) => /^fp-ts\/lib\/(Readonly)?Record/.test(name)))
      .map(({ path }) => path)
    expect(importers).toEqual([
      'src/dsl/primitives/elementwise-ops.ts',
      'src/effects/operations.ts',
      'src/laws/arbitraries/application.ts',
      'src/laws/arbitraries/program.ts',
      'src/model/clip/infer-architecture.ts',
      'src/optimizers/tensors.ts',
    ])
  })
})
