/** What shape types cost the compiler: instantiations of a call, and of the whole definition of AD-CLIP. */
import { definitionBudget } from './budgets.js'
import type { Compiler, Diagnostics } from './compiler.js'

/** The functions that a text calls. */
const operationsIn = (text: string): string =>
  [...new Set([...text.matchAll(/\b([a-z]\w*)\(/gi)].map(([, name]) => name))].join(', ')

/** Dims of three digits that no other call has: `#2` of call 7. Multiples of 4, so that heads divide them. */
const withDims = (template: string, call: number): string =>
  template.replaceAll(/#(\d)(\/4)?/g, (_, place: string, quarter: string | undefined) => {
    const size = 4 * (26 + 4 * call + Number(place))
    return String(quarter === undefined ? size : size / 4)
  })

/** The source of a module with `calls` calls. */
const moduleOf = (template: string, calls: number): string =>
  [
    `import { ${operationsIn(template)} } from 'declarations/dsl/index.js'`,
    ...Array.from({ length: calls }, (_, i) => `export const call${i} = ${withDims(template, i)}`),
  ].join('\n')

/** The inputs of a call without the call: their own cost is subtracted. */
const inputsOf = (template: string): string =>
  `[${[...template.matchAll(/input\('\w+', \[[^\]]*\](?:, '\w+')?\)/g)].map(([text]) => text).join(', ')}]`

/** Calls that the compiler has seen before, and further ones that are counted. */
const [seen, further] = [8, 16]

/**
 * Counts instantiations of one further call with dims of its own, when the compiler has seen others: what a model pays. Calls
 * of the same inputs count those once.
 */
export const callCosts = ({ check }: Compiler): ((template: string) => number) => {
  const ofEach = (text: string): number =>
    (check(moduleOf(text, seen + further)).instantiations - check(moduleOf(text, seen)).instantiations) /
    further
  const known = new Map<string, number>()
  const ofInputs = (inputs: string): number => {
    const cost = known.get(inputs) ?? ofEach(inputs)
    known.set(inputs, cost)
    return cost
  }
  return (template) => Math.round(ofEach(template) - ofInputs(inputsOf(template)))
}

/** What the definition of AD-CLIP costs beyond the operations that it uses. */
export const costOfDefinition = ({ check }: Compiler): Diagnostics => {
  const operationsAlone = check("import { input } from 'sources/dsl/index.js'\nexport const used = input")
  const { instantiations, seconds } = check(
    definitionBudget.modules.map((file) => `export * from 'sources/${file}.js'`).join('\n'),
  )
  return { instantiations: instantiations - operationsAlone.instantiations, seconds }
}
