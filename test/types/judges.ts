/**
 * Two judges of the same program text: the compiler, which knows types only, and the run-time rules, which see the
 * program without any types. Each text is the body of a module in which all names of `tensile` and
 * `tensile/losses` are at hand, the losses of AD-CLIP, and the layers of models.
 */
import { join } from 'node:path'
import vm from 'node:vm'
import ts from 'typescript6'
import * as tensile from '../../src/dsl/index.js'
import * as losses from '../../src/losses/index.js'
import * as adClipLosses from '../../src/methods/ad-clip/losses.js'
import {
  multiHeadAttention,
  multiHeadCrossAttention,
} from '../../src/model/attention/multi-head-attention.js'
import { scaledDotProductAttention } from '../../src/model/attention/scaled-dot-product-attention.js'
import { dense } from '../../src/model/dense.js'
import { dropoutLayer } from '../../src/model/dropout.js'
import * as normalization from '../../src/model/normalization.js'
import * as positions from '../../src/model/positions.js'
import * as sequences from '../../src/model/sequential.js'
import { inMemoryCompiler, root } from '../support/in-memory-compiler.js'

const programOf = inMemoryCompiler({
  noUnusedLocals: false,
  noUnusedParameters: false,
  noErrorTruncation: true,
  skipLibCheck: true,
  types: [],
})

const stages = {
  dense,
  dropoutLayer,
  multiHeadAttention,
  multiHeadCrossAttention,
  scaledDotProductAttention,
  ...normalization,
  ...positions,
  ...sequences,
}

const prelude = [
  `import { ${Object.keys(tensile).join(', ')} } from 'tensile'`,
  `import type { AddDims, Dim, DimArgument, DimHandle, DType, MultiplyDims, Tensor } from 'tensile'`,
  `import { ${Object.keys(losses).join(', ')} } from 'tensile/losses'`,
  `import { ${Object.keys(adClipLosses).join(', ')} } from 'tensile/methods'`,
  `import { ${Object.keys(stages).join(', ')} } from 'tensile/model'`,
].join(';')

/** What the compiler says of a program. */
export interface Compiled {
  /** Each error as a user sees it, without its place. */
  readonly errors: readonly string[]
  /** Types of the exported values, under their names. */
  readonly types: ReadonlyMap<string, string>
  /** Lines that errors stand on, counted from 0. */
  readonly errorLines: ReadonlyMap<number, string>
}

const moduleOf = (index: number): string => join(root, `test/types/program-${index}.ts`)

/** Compiles programs, each as a module of its own, in one compilation. */
export const compile = (programs: readonly string[]): readonly Compiled[] => {
  const texts = new Map(programs.map((text, i) => [moduleOf(i), `${prelude}\n${text}\nexport {}`]))
  const program = programOf(texts)
  return [...texts.keys()].map((path) => verdictOn(program, path))
}

const verdictOn = (program: ts.Program, path: string): Compiled => {
  const file = program.getSourceFile(path)
  if (file === undefined) return { errors: [`${path} is missing`], types: new Map(), errorLines: new Map() }
  const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
  const checker = program.getTypeChecker()
  const symbol = checker.getSymbolAtLocation(file)
  const exported = symbol === undefined ? [] : checker.getExportsOfModule(symbol)
  const textOf = ({ messageText }: ts.Diagnostic): string =>
    ts.flattenDiagnosticMessageText(messageText, '\n')
  return {
    errors: diagnostics.map(textOf),
    errorLines: new Map(
      diagnostics.map((diagnostic) => [
        file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line - 1,
        textOf(diagnostic),
      ]),
    ),
    types: new Map(
      exported.map((one) => [
        one.name,
        checker.typeToString(checker.getTypeOfSymbol(one), undefined, ts.TypeFormatFlags.NoTruncation),
      ]),
    ),
  }
}

const names: Readonly<Record<string, unknown>> = { ...tensile, ...losses, ...adClipLosses, ...stages }

/** The value of the last expression of a program that is run without types. */
export const run = (program: string): unknown => {
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  return vm.runInNewContext(outputText.replace(/^export /gm, ''), { ...names })
}

export const hasNode = (value: unknown): value is { readonly node: tensile.Node } =>
  typeof value === 'object' && value !== null && 'node' in value

/** The node that a program describes; undefined where its value is no tensor. */
export const nodeOf = (program: string): tensile.Node | undefined => {
  const value = run(program)
  return hasNode(value) ? value.node : undefined
}

/** What the run-time rules have against a program. */
export const faultOf = (program: string): tensile.Node['fault'] => nodeOf(program)?.fault

/** The shape in the text of a tensor's type: `Tensor<["B", 77], "f32">` has `['B', 77]`. */
export const shapeOfType = (type: string): readonly (number | string)[] | undefined => {
  const dims = /^Tensor<\[([^\]]*)\]/.exec(type)?.[1]
  if (dims === undefined) return undefined
  return dims === ''
    ? []
    : dims.split(', ').map((dim) => (dim.startsWith('"') ? dim.slice(1, -1) : Number(dim)))
}
