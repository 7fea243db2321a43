/**
 * Programs as JSON. Each node is written once, however many nodes use it. Nodes that are read go through the same shape
 * rules as nodes that are built, so shapes need not be stored and cannot be wrong.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { arities } from '../primitives/arity.js'
import { attributeCodecs, ownGradientAttributes, scanAttributes } from './attribute-codecs.js'
import type { Fault } from '../fault.js'
import { node } from '../node.js'
import type { AttributesOf, Loop, Node, NodeOf, Op } from '../primitives/primitive.js'
import type { Program } from '../program.js'
import { programOfNodes } from '../program.js'
import { withoutLine } from '../written.js'
import { executionOrderWithSteps, topologicalOrderWithSteps } from '../walk.js'

/** A JSON value that is not a program: one line for each problem, with the path of its place. */
export interface DocumentFault {
  readonly tag: 'DocumentFault'
  readonly problems: readonly string[]
}

const format = 'tensile program'
const version = 1

const nodeDocument = t.intersection([
  t.type({
    op: t.string,
    attributes: t.unknown,
    /** Positions of the operands in the list of nodes, all before this one. */
    operands: t.readonlyArray(t.number),
  }),
  /** The scopes that the node is in, outermost first; left out where there are none. */
  t.partial({ scope: t.readonlyArray(t.string) }),
])
type NodeDocument = t.TypeOf<typeof nodeDocument>

const programDocument = t.type({
  format: t.literal(format),
  version: t.literal(version),
  nodes: t.readonlyArray(nodeDocument),
  outputs: t.readonlyArray(t.type({ name: t.string, node: t.number })),
  declared: t.readonlyArray(t.string),
})

/** The JSON form of a program: plain data for `JSON.stringify`. */
export type ProgramDocument = t.TypeOf<typeof programDocument>

// ---- writing

type Plain = Exclude<Op, 'scan' | 'withGradient'>

const encodedPlain = <K extends Plain>({ op, attributes }: NodeOf<K>): unknown =>
  attributeCodecs[op].encode(attributes)

const encodedAttributes = (of: Node, positionOf: (each: Node) => number): unknown => {
  if (of.op === 'withGradient') {
    return ownGradientAttributes.encode({ cotangents: of.attributes.cotangents.map(positionOf) })
  }
  if (of.op !== 'scan') return encodedPlain<Plain>(of)
  const { carries, result, ...others } = of.attributes
  return scanAttributes.encode({
    ...others,
    carries: carries.map(positionOf),
    result: 'stacked' in result ? { stacked: positionOf(result.stacked) } : result,
  })
}

/**
 * The JSON form of a program. Infinities, NaN and -0 are kept, as strings. The nodes of a loop's step are in the same list.
 *
 * @example
 * const text = JSON.stringify(toJson(classifier))
 */
export const toJson = (program: Program): ProgramDocument => documentOf(program, executionOrderWithSteps)

/**
 * The JSON form of a program with its nodes in an order that depends on the program alone. `toJson` lists them as they were
 * made, as they are best run, so a node that another program made before comes earlier. Hashes of programs are hashes of this form.
 *
 * @example
 * const text = JSON.stringify(canonicalJson(classifier))
 */
export const canonicalJson = (program: Program): ProgramDocument =>
  documentOf(program, topologicalOrderWithSteps)

const documentOf = (program: Program, order: typeof executionOrderWithSteps): ProgramDocument => {
  const needed = order(Object.values<Node>(program.outputs))
  // An unneeded input that is equal to a leaf of a step is written a second time: it is read where it is last.
  const nodes = [...needed, ...program.unneeded]
  const positions = new Map(needed.map((each, position) => [each, position]))
  const positionOf = (of: Node): number => positions.get(of) ?? -1
  return {
    format,
    version,
    nodes: nodes.map((each) => ({
      op: each.op,
      attributes: encodedAttributes(each, positionOf),
      operands: each.operands.map(positionOf),
      ...(each.scope.length === 0 ? {} : { scope: each.scope }),
    })),
    outputs: Object.entries<Node>(program.outputs).map(([name, output]) => ({
      name,
      node: positionOf(output),
    })),
    declared: program.declared,
  }
}

// ---- reading

type Read<A> = E.Either<DocumentFault, A>

const broken = (...problems: readonly string[]): E.Either<DocumentFault, never> =>
  E.left({ tag: 'DocumentFault', problems })

/** `program.nodes.3.op: expected string`. */
const describe =
  (root: string) =>
  ({ context, message }: t.ValidationError): string => {
    const path = context.map(({ key }) => key).filter((key) => key !== '')
    return `${[root, ...path].join('.')}: ${message ?? `expected ${context.at(-1)?.type.name ?? 'another value'}`}`
  }

const read = <A>(root: string, outcome: t.Validation<A>): Read<A> =>
  pipe(
    outcome,
    E.mapLeft((errors) => ({ tag: 'DocumentFault', problems: errors.map(describe(root)) })),
  )

const isOp = (name: string): name is Op =>
  name === 'scan' || name === 'withGradient' || Object.hasOwn(attributeCodecs, name)

const readPlain = <K extends Plain>(op: K, attributes: unknown): t.Validation<AttributesOf<K>> =>
  attributeCodecs[op].decode(attributes)

/** The nodes at these positions; undefined where one is not the position of an earlier node. */
const nodesAt = (positions: readonly number[], earlier: readonly Node[]): readonly Node[] | undefined => {
  const found = positions.flatMap((position) => earlier[position] ?? [])
  return found.length === positions.length ? found : undefined
}

const readLoop = (where: string, attributes: unknown, earlier: readonly Node[]): Read<Loop> =>
  pipe(
    read(where, scanAttributes.decode(attributes)),
    E.chain(({ carries, result, ...others }): Read<Loop> => {
      const after = nodesAt(carries, earlier)
      const stacked = 'stacked' in result ? earlier[result.stacked] : undefined
      if (after === undefined) {
        return broken(`${where}.carries: [${carries.join(',')}] are not all positions of earlier nodes`)
      }
      if ('carry' in result) return E.right({ ...others, carries: after, result })
      return stacked === undefined
        ? broken(`${where}.result.stacked: ${result.stacked} is not the position of an earlier node`)
        : E.right({ ...others, carries: after, result: { stacked } })
    }),
  )

const readOwnGradient = (
  where: string,
  attributes: unknown,
  earlier: readonly Node[],
): Read<AttributesOf<'withGradient'>> =>
  pipe(
    read(where, ownGradientAttributes.decode(attributes)),
    E.chain(({ cotangents }) => {
      const found = nodesAt(cotangents, earlier)
      return found === undefined
        ? broken(`${where}.cotangents: [${cotangents.join(',')}] are not all positions of earlier nodes`)
        : E.right({ cotangents: found })
    }),
  )

const readAttributes = (
  where: string,
  op: Op,
  attributes: unknown,
  earlier: readonly Node[],
): Read<AttributesOf<Op>> =>
  op === 'scan'
    ? readLoop(where, attributes, earlier)
    : op === 'withGradient'
      ? readOwnGradient(where, attributes, earlier)
      : read(where, readPlain<Plain>(op, attributes))

/** Reads a node. Its operands must be among the nodes read before it. */
const readNode = (
  { op, attributes, operands, scope = [] }: NodeDocument,
  earlier: readonly Node[],
): E.Either<Fault | DocumentFault, Node> => {
  const where = `program.nodes.${earlier.length}`
  if (!isOp(op)) return broken(`${where}.op: there is no primitive '${op}'`)
  const found = nodesAt(operands, earlier)
  if (found === undefined) {
    return broken(`${where}.operands: [${operands.join(',')}] are not all positions of earlier nodes`)
  }
  const wanted = arities[op]
  if (wanted !== 'any' && found.length !== wanted) {
    return broken(`${where}.operands: ${op} takes ${wanted}, got ${found.length}`)
  }
  return pipe(
    readAttributes(`${where}.attributes`, op, attributes, earlier),
    E.chainW((checked) => {
      const made = withoutLine(scope, () => node<Op>(op, checked, found))
      return made.fault === undefined ? E.right(made) : E.left(made.fault)
    }),
  )
}

const readNodes = (documents: readonly NodeDocument[]): E.Either<Fault | DocumentFault, readonly Node[]> => {
  const nodes: Node[] = []
  for (const document of documents) {
    const outcome = readNode(document, nodes)
    if (E.isLeft(outcome)) return outcome
    nodes.push(outcome.right)
  }
  return E.right(nodes)
}

const readOutputs = (
  { outputs }: ProgramDocument,
  nodes: readonly Node[],
): Read<Readonly<Record<string, Node>>> =>
  pipe(
    outputs,
    E.traverseArrayWithIndex((i, { name, node: position }): Read<readonly [string, Node]> => {
      const output = nodes[position]
      return output === undefined
        ? broken(`program.outputs.${i}.node: there is no node ${position}`)
        : E.right([name, output])
    }),
    E.chainFirst(() => {
      const i = firstRepetition(outputs.map(({ name }) => name))
      return i === undefined
        ? E.right(undefined)
        : broken(`program.outputs.${i}.name: there are two outputs '${outputs[i]?.name ?? ''}'`)
    }),
    E.map((entries) => Object.fromEntries(entries)),
  )

/** The position of the first text that is there before. */
const firstRepetition = (texts: readonly string[]): number | undefined => {
  const seen = new Set<string>()
  for (const [i, text] of texts.entries()) {
    if (seen.has(text)) return i
    seen.add(text)
  }
  return undefined
}

/** Adds the declared inputs that no output needs. Fails where an input is not declared, or declared twice. */
const declare = (program: Program, declared: readonly string[], nodes: readonly Node[]): Read<Program> => {
  const names = new Set(declared)
  const undeclared = program.inputs.find(({ attributes }) => !names.has(attributes.name))
  if (undeclared !== undefined) {
    return broken(`program.declared: the input '${undeclared.attributes.name}' is missing`)
  }
  const twice = firstRepetition(declared)
  const needed = new Set(program.inputs.map(({ attributes }) => attributes.name))
  const last = new Map(
    nodes
      .filter((each): each is NodeOf<'input'> => each.op === 'input')
      .map((each) => [each.attributes.name, each]),
  )
  const unneeded = declared.flatMap((name) => (needed.has(name) ? [] : (last.get(name) ?? [])))
  return twice === undefined
    ? E.right({ ...program, declared, unneeded })
    : broken(`program.declared: '${declared[twice] ?? ''}' is there twice`)
}

/**
 * The program of a parsed JSON document. It has the very nodes of the program that was written: equal nodes are one
 * object.
 *
 * Fails, and never throws, where the document does not have the form that `toJson` writes, or a node breaks a shape rule.
 *
 * @example
 * const again = fromJson(JSON.parse(JSON.stringify(toJson(classifier)))) // Either<Fault | DocumentFault, Program>
 */
export const fromJson = (document: unknown): E.Either<Fault | DocumentFault, Program> =>
  pipe(
    E.Do,
    E.bindW('checked', () => read('program', programDocument.decode(document))),
    E.bindW('nodes', ({ checked }) => readNodes(checked.nodes)),
    E.bindW('outputs', ({ checked, nodes }) => readOutputs(checked, nodes)),
    E.bindW('program', ({ outputs }) => programOfNodes(outputs)),
    E.chainW(({ program, checked, nodes }) => declare(program, checked.declared, nodes)),
  )
