/** Operators of ONNX with graphs inside: loops become `scan`, and a branch that is known is taken. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../../../../dsl/builder.js'
import { placeholder } from '../../../../dsl/node.js'
import type { Node } from '../../../../dsl/primitives/primitive.js'
import { closeLoop } from '../../../../dsl/transformations/close-loop.js'
import type { Dim } from '../../../../shapes/dim.js'
import type { Call, Operator, Operators } from '../call.js'
import { dimAt, front } from '../call.js'
import type { Value } from '../value.js'
import { ofNode } from '../value.js'

/** An axis moved to the front, or the front axis moved to its place. */
const moved = (x: Node, from: number, to: number): Node => {
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== from)
  return b.transpose(x, [...others.slice(0, to), from, ...others.slice(to)])
}

const same = (directions: readonly number[]): boolean => new Set(directions).size <= 1

const scan: Operator = (call) => {
  const { nodes, ints, int, inner, refuse } = call
  const all = nodes()
  const count = all.length - int('num_scan_inputs', 0)
  const initial = all.slice(0, count)
  const inputAxes = ints('scan_input_axes')
  const sequences = all.slice(count).map((x, i) => moved(x, front(inputAxes?.[i] ?? 0, x.shape.length), 0))
  const directions = [...(ints('scan_input_directions') ?? []), ...(ints('scan_output_directions') ?? [])]
  const [first] = sequences
  if (first === undefined || !same(directions))
    return refuse('loops in two directions, or over nothing, are not read')
  const leaves = initial.map((x, i) => placeholder(`carry.${i}`, x.shape, x.dtype))
  const entries = sequences.map((x, i) => placeholder(`slice.${i}`, x.shape.slice(1), x.dtype))
  const body = inner('body', [...leaves, ...entries].map(ofNode))
  if (E.isLeft(body)) return refuse(body.left)
  const results = body.right.map((value) => value.node())
  const { carries, stacked } = closeLoop({
    carries: leaves.map((leaf, i) => ({ leaf, initial: initial[i] ?? leaf, next: results[i] ?? leaf })),
    sequences: entries.map((leaf, i) => ({ leaf, of: sequences[i] ?? leaf })),
    stacked: results.slice(count),
    length: dimAt(first, 0),
    reverse: directions[0] === 1,
  })
  const outputAxes = ints('scan_output_axes')
  return [...carries, ...stacked.map((x, i) => moved(x, 0, front(outputAxes?.[i] ?? 0, x.shape.length)))]
}

/** The number of steps of a `Loop`, at most. */
const stepsOf = ({ known, numbers }: Call): Dim | undefined => known(0)?.entries[0] ?? numbers(0)?.[0]

/** A loop that its condition may end: carries stay as they are from then on. */
const loop: Operator = (call) => {
  const { operands, has, node, inner, refuse } = call
  const steps = stepsOf(call)
  if (steps === undefined || (typeof steps === 'number' && steps > 2 ** 31 - 1))
    return refuse('the most steps of a loop must be known before the model runs')
  const initial = operands.slice(2).flatMap((operand) => operand?.node() ?? [])
  const begins = has(1) ? node(1) : b.full([], 1, 'bool')
  const leaves = initial.map((x, i) => placeholder(`carry.${i + 2}`, x.shape, x.dtype))
  const [step, going] = [placeholder('carry.0', [], 'i32'), placeholder('carry.1', [], 'bool')]
  const body = inner('body', [step, going, ...leaves].map(ofNode))
  if (E.isLeft(body)) return refuse(body.left)
  const [goesOn, ...results] = body.right.map((value: Value) => value.node())
  if (goesOn === undefined || results.length !== leaves.length)
    return refuse('values of each step of a loop that may end are not read')
  const truth = b.reshape(goesOn, [])
  const { carries } = closeLoop({
    carries: [
      { leaf: step, initial: b.scalar(0, 'i32'), next: b.add(step, b.scalar(1, 'i32')) },
      { leaf: going, initial: b.reshape(begins, []), next: b.and(going, truth) },
      ...leaves.map((leaf, i) => {
        const next = results[i] ?? leaf
        const kept =
          leaf.dtype === 'bool'
            ? b.or(b.and(going, next), b.and(b.not(going), leaf))
            : b.where(going, next, leaf)
        return { leaf, initial: initial[i] ?? leaf, next: kept }
      }),
    ],
    sequences: [],
    stacked: [],
    length: steps,
    reverse: false,
  })
  return carries.slice(2)
}

const branch: Operator = ({ numbers, inner, refuse }) => {
  const [condition] = numbers(0) ?? []
  if (condition === undefined) return refuse('the condition is not known before the model runs')
  const taken = inner(condition === 0 ? 'else_branch' : 'then_branch', [])
  return E.isLeft(taken) ? refuse(taken.left) : taken.right
}

export const controlOperators: Operators = { Scan: scan, Loop: loop, If: branch }
