/** The checks of element types draw every combination that the shape rules accept. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyNode } from '../../src/dsl/erasure.js'
import { node } from '../../src/dsl/node.js'
import { programOfNodes } from '../../src/dsl/program.js'
import type { Node } from '../../src/dsl/primitives/primitive.js'
import { elementTypesOf, inEachElementType } from '../../src/engine-conformance/element-type-checks.js'
import type { Application } from '../../src/laws/arbitraries/application.js'
import { allOps, arbitraryApplication } from '../../src/laws/arbitraries/application.js'
import type { DType } from '../../src/values/value.js'

const types: readonly DType[] = ['f32', 'i32', 'bool']

const combinations = (count: number): readonly (readonly DType[])[] =>
  count === 0 ? [[]] : combinations(count - 1).flatMap((before) => types.map((type) => [...before, type]))

/** The same primitive of operands of other element types; undefined where a shape rule refuses it. */
const inTypes = ({ node: of }: Application, operandTypes: readonly DType[]): Node | undefined => {
  const operands = of.operands.map((operand, i) =>
    node('input', { name: `x${i}`, shape: anyNode(operand).shape, dtype: operandTypes[i] ?? 'f32' }, []),
  )
  const made = node(of.op, of.attributes, operands)
  return E.isRight(programOfNodes({ made })) ? made : undefined
}

/** A loop's operands have the element types of its step, and an own gradient those of its formula. */
const withFormula = ['scan', 'withGradient']

test.each(allOps.filter((op) => !withFormula.includes(op)))(
  'the checks of element types try %s in every combination that its shape rule accepts',
  (op) => {
    const tried = inEachElementType(op, 1)
    const accepted = fc
      .sample(arbitraryApplication(op, { emptyAxes: false }), { seed: 2, numRuns: 2 })
      .flatMap((application) =>
        combinations(application.node.operands.length > 3 ? 0 : application.node.operands.length).flatMap(
          (operandTypes) => {
            const made = inTypes(application, operandTypes)
            return made === undefined ? [] : [elementTypesOf({ ...application, node: made })]
          },
        ),
      )
    expect([...tried.keys()]).toEqual(expect.arrayContaining(accepted))
  },
)
