/** The page of the primitives, from the union that declares them, the table of gradients, and the lists of the engines. */
import { readFileSync } from 'node:fs'
import ts from 'typescript6'
import { rules } from '../../src/engines/tfjs/rules.js'
import { coarse, onnxOnWebGpu } from '../../test/support/webgpu-exceptions.js'

/** A primitive as `primitive.ts` declares it. */
interface Declared {
  readonly name: string
  readonly group: string
  readonly about: string
  /** The name of the type that says its operands: `Unary`, `Binary`, ... */
  readonly operands: string
}

const parsed = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true)

const only = <A>(found: readonly A[], what: string): A => {
  const [first] = found
  if (first === undefined) throw new Error(`${what} is not where this page looks for it`)
  return first
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** The group that the last comment of a line begins, before a place. */
const groupBefore = (text: string, place: number): string =>
  text
    .slice(0, place)
    .match(/^ {2}\/\/ .*(?:\n {2}\/\/ .*)*/gm)
    ?.at(-1)
    ?.replaceAll(/\n? {2}\/\/ /g, ' ')
    .trim() ?? ''

const declared = (path: string): readonly Declared[] => {
  const tree = parsed(path)
  const primitives = only(
    tree.statements.filter(ts.isInterfaceDeclaration).filter(({ name }) => name.text === 'Primitives'),
    'the interface of the primitives',
  )
  return primitives.members.filter(ts.isPropertySignature).map((member) => ({
    name: member.name.getText(tree),
    group: groupBefore(tree.text, member.getStart(tree)),
    about: oneLine(
      ts
        .getJSDocCommentsAndTags(member)
        .filter(ts.isJSDoc)
        .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
        .join(' '),
    ),
    operands: (member.type?.getText(tree) ?? '').replace(/<[\s\S]*$/, ''),
  }))
}

/** The rule of each primitive in the table of gradients, as its text. */
const gradientTexts = (path: string): ReadonlyMap<string, string> => {
  const tree = parsed(path)
  const table = only(
    tree.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => [...declarationList.declarations])
      .filter(({ name }) => name.getText(tree) === 'gradientRules')
      .flatMap(({ initializer }) =>
        initializer !== undefined && ts.isObjectLiteralExpression(initializer) ? [initializer] : [],
      ),
    'the table of gradients',
  )
  return new Map(
    table.properties
      .filter(ts.isPropertyAssignment)
      .map(({ name, initializer }) => [name.getText(tree), oneLine(initializer.getText(tree))]),
  )
}

const longestRule = 90

const gradientCell = (rule: string | undefined): string => {
  if (rule === undefined) return 'with the other results of the loop, slices or expressions'
  if (rule === 'constantRule') return 'none flows'
  return rule.length > longestRule ? 'yes' : `\`${rule.replaceAll('|', '\\|')}\``
}

const operandWords: Readonly<Record<string, string>> = {
  Leaf: 'none',
  Unary: '1',
  Binary: '2',
  Ternary: '3',
  OneOrMore: '1 or more',
  Variadic: 'any number',
}

/** What is told of the primitive on WebGPU with the software driver. */
const onWebGpu = (name: string): string => {
  const reasons = Object.entries(onnxOnWebGpu).flatMap(([check, why]) =>
    check.endsWith(`: ${name}`) ? [why === coarse ? 'coarse' : 'deviates'] : [],
  )
  return reasons[0] ?? 'yes'
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The page. */
export const primitivesPage = (repository: string): string => {
  const all = declared(`${repository}src/dsl/primitives/primitive.ts`)
  const gradients = gradientTexts(`${repository}src/dsl/primitives/gradient-rules.ts`)
  const groups = [...new Set(all.map(({ group }) => group))]
  // The interpreter of TensorFlow.js runs the steps of a loop itself; what else has no rule, the reference computes.
  const own: ReadonlySet<string> = new Set(['scan', ...Object.keys(rules)])
  return [
    '---',
    'aside: false',
    '---',
    '',
    '# Primitives, gradients, engines',
    '',
    `Every program is built from these ${all.length} primitives and nothing else: the operations of the library are functions that`,
    'give them. This page is made from the tables of the source: the union of the primitives, their gradients, and the lists of what',
    'engines compute otherwise. A primitive without a row in any of these tables does not compile.',
    '',
    'A gradient is written in the same primitives: `y` is the result, `dy` its cotangent, and there is one function for each operand.',
    '`reference`, `onnx` and `onnx-web` compute every primitive themselves; [engines](/engines.md) has the checks. *host* says that',
    'the engine of TensorFlow.js lets the reference compute it. *coarse* and *deviates* are what WebGPU does on a software driver.',
    ...groups.flatMap((group) => [
      '',
      `## ${group.replace(/^./, (first) => first.toUpperCase())}`,
      '',
      line(['primitive', 'operands', 'what it is', 'gradient', 'tfjs', 'onnx on WebGPU']),
      line(['---', '---', '---', '---', '---', '---']),
      ...all
        .filter((primitive) => primitive.group === group)
        .map(({ name, operands, about }) =>
          line([
            `\`${name}\``,
            operandWords[operands] ?? operands,
            about.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('{', '&#123;'),
            gradientCell(gradients.get(name)),
            own.has(name) ? 'yes' : 'host',
            onWebGpu(name),
          ]),
        ),
    ]),
    '',
  ].join('\n')
}
