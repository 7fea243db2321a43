/** Views of a program: its text, its drawing, the program of its gradient, its cost. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Fault, Node, NodeOf, Program, Sizes } from 'tensile'
import {
  countOperations,
  explainFault,
  floatingPointOperations,
  gradientNodes,
  liveMemory,
  programOfNodes,
  toDot,
  toText,
} from 'tensile'
import { nodesOf } from '../../../dist/dsl/program.js'
import { symbolsOf } from '../../../dist/shapes/dim.js'
import type { Shown } from './exported.js'

/** What one run costs, at given sizes. */
export interface Cost {
  readonly parameters: number
  readonly floatingPointOperations: number
  /** Bytes. */
  readonly memory: number
}

/** A scope of a program: the names that lead to it, and its operations, those of inner scopes included. */
export interface ScopeEntry {
  readonly scope: readonly string[]
  readonly operations: number
}

/** Views of a program as texts; the drawing is in the language of Graphviz. */
export interface Views {
  readonly name: string
  readonly text: string
  readonly scopes: readonly ScopeEntry[]
  /** Symbols of the program's shapes, which a cost needs sizes for. */
  readonly symbols: readonly string[]
  /** Undefined if the program has no scalar output to differentiate. */
  readonly gradient: string | undefined
}

/** Which scopes of a drawing are folded, each as its names in JSON. */
export type Folded = ReadonlySet<string>

/** A scope as a key. */
export const scopeKey = (scope: readonly string[]): string => JSON.stringify(scope)

const countByScope = (nodes: readonly Node[]): readonly ScopeEntry[] => {
  const counts = new Map<string, ScopeEntry>()
  for (const { scope, op } of nodes) {
    for (const depth of scope.keys()) {
      const names = scope.slice(0, depth + 1)
      const before = counts.get(scopeKey(names))?.operations ?? 0
      counts.set(scopeKey(names), { scope: names, operations: before + (op === 'parameter' ? 0 : 1) })
    }
  }
  return [...counts.values()]
}

/** Symbols of the inputs and parameters of a program. */
const symbolsIn = ({ inputs, parameters }: Program): readonly string[] => [
  ...new Set([...inputs, ...parameters].flatMap(({ shape }) => shape.flatMap(symbolsOf))),
]

/** The output to differentiate: `loss`, else the first scalar of floats. */
const scalarOf = ({ outputs }: Program): Node | undefined => {
  const scalars = Object.entries<Node>(outputs).filter(
    ([, { shape, dtype }]) => shape.length === 0 && dtype === 'f32',
  )
  return (scalars.find(([name]) => name === 'loss') ?? scalars[0])?.[1]
}

/** The program of the gradients of a scalar output by all parameters, or by the inputs where there are no parameters. */
const gradientOf = (program: Program): E.Either<Fault, Program> | undefined => {
  const scalar = scalarOf(program)
  if (scalar === undefined) return undefined
  const by: readonly (NodeOf<'parameter'> | NodeOf<'input'>)[] =
    program.parameters.length > 0 ? program.parameters : program.inputs.filter(({ dtype }) => dtype === 'f32')
  if (by.length === 0) return undefined
  const gradients = gradientNodes(scalar, by)
  return programOfNodes(
    Object.fromEntries(
      by.flatMap(({ attributes: { name } }, i) => {
        const gradient = gradients[i]
        return gradient === undefined ? [] : [[`gradient of ${name}`, gradient] as const]
      }),
    ),
  )
}

const textOf = (program: E.Either<Fault, Program>): string => pipe(program, E.match(explainFault, toText))

/** All views of a program. */
export const viewsOf = ({ name, program }: Shown): Views =>
  pipe(
    program,
    E.match(
      (fault): Views => ({ name, text: explainFault(fault), scopes: [], symbols: [], gradient: undefined }),
      (of) => {
        const gradient = gradientOf(of)
        return {
          name,
          text: toText(of),
          scopes: countByScope(nodesOf(of)),
          symbols: symbolsIn(of),
          gradient: gradient === undefined ? undefined : textOf(gradient),
        }
      },
    ),
  )

/** The drawing of a program in DOT, with these scopes folded. */
export const drawingOf = ({ program }: Shown, folded: Folded): string | undefined =>
  E.isLeft(program) ? undefined : toDot(program.right, { isOpen: (scope) => !folded.has(scopeKey(scope)) })

/** What one run costs at these sizes. */
export const costOf = ({ program }: Shown, sizes: Sizes): E.Either<string, Cost> =>
  pipe(
    E.Do,
    E.bind('of', () => program),
    E.bind('operations', ({ of }) => countOperations(of, sizes)),
    E.bind('memory', ({ of }) => liveMemory(of, sizes)),
    E.map(({ operations, memory }): Cost => ({
      parameters: memory.parameters / 4,
      floatingPointOperations: floatingPointOperations(operations),
      memory: memory.inputs + memory.outputs + memory.parameters + memory.intermediates,
    })),
    E.mapLeft(explainFault),
  )
