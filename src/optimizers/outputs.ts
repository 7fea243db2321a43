/** Outputs of a program under construction. */
import type * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../dsl/fault.js'
import type { AnyTensor, Program } from '../dsl/program.js'
import { programOfNodes } from '../dsl/program.js'

/** Named tensors, in order. */
export type Outputs = readonly (readonly [name: string, tensor: AnyTensor])[]

/** The program of these outputs. */
export const programOfOutputs = (outputs: Outputs): E.Either<Fault, Program> =>
  programOfNodes(Object.fromEntries(outputs.map(([name, { node }]) => [name, node])))
