/** A random valid application of any primitive, as a program with values for its inputs. */
import * as E from 'fp-ts/lib/Either.js'
import * as R from 'fp-ts/lib/Record.js'
import * as fc from 'fast-check'
import { explainFault } from '../../dsl/fault.js'
import { node } from '../../dsl/node.js'
import type { AttributesOf, Node, Op } from '../../dsl/primitives/primitive.js'
import { programOfNodes } from '../../dsl/program.js'
import type { Recipe } from './recipe.js'
import { recipes } from './recipes.js'
import type { Runnable } from './runnable.js'
import { readable } from './runnable.js'
import type { ValueKind } from './values.js'
import { arbitraryValues, dtypeOf } from './values.js'
import type { World } from './world.js'
import { arbitraryWorld, sizeIn } from './world.js'

/** A primitive applied to the inputs `x0`, `x1`, ...; the output is called `result`. */
export interface Application extends Runnable<'result'> {
  readonly op: Op
  readonly node: Node
}

export interface ApplicationOptions {
  /** Whether axes may have no positions; by default they may. */
  readonly emptyAxes?: boolean
  /** Which numbers; by default `ordinary`. */
  readonly values?: ValueKind
}

/** The name of every primitive. */
export const allOps: readonly Op[] = R.keys(recipes)

const recipeOf = <K extends Op>(op: K, world: World): fc.Arbitrary<Recipe<AttributesOf<K>>> =>
  recipes[op](world)

const isLeaf = (op: Op): boolean => op === 'input' || op === 'parameter'

const apply = (op: Op, { attributes, slots }: Recipe<AttributesOf<Op>>): Node => {
  const inputs = slots.map(({ shape, domain }, i) =>
    node('input', { name: `x${i}`, shape, dtype: dtypeOf(domain) }, []),
  )
  return node<Op>(op, attributes, isLeaf(op) ? [] : inputs)
}

/**
 * A random application of one primitive. Throws where the shape rule rejects what the recipe takes for valid: then
 * one of the two is wrong.
 *
 * @example
 * fc.property(arbitraryApplication('matmul'), ({ program, values, sizes }) => E.isRight(evaluate(program, values, sizes)))
 */
export const arbitraryApplication = (
  op: Op,
  { emptyAxes = true, values = 'ordinary' }: ApplicationOptions = {},
): fc.Arbitrary<Application> =>
  arbitraryWorld(emptyAxes, values !== 'smooth').chain((world) =>
    recipeOf<Op>(op, world).chain((recipe) => {
      const applied = apply(op, recipe)
      const program = programOfNodes({ result: applied })
      if (E.isLeft(program)) throw new Error(`recipe of ${op}: ${explainFault(program.left)}`)
      return arbitraryValues(
        recipe.slots.map(({ shape, domain }) => ({
          shape: shape.map((dim) => sizeIn(world, dim)),
          domain,
        })),
        values,
      ).map((drawn) =>
        readable({
          op,
          node: applied,
          program: program.right,
          values: Object.fromEntries(drawn.map((value, i) => [`x${i}`, value])),
          sizes: world.sizes,
        }),
      )
    }),
  )

/** A random application of a random primitive. */
export const arbitraryApplicationOf = (
  ops: readonly Op[] = allOps,
  options: ApplicationOptions = {},
): fc.Arbitrary<Application> => fc.constantFrom(...ops).chain((op) => arbitraryApplication(op, options))
