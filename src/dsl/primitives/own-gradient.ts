/**
 * The gradient of a `withGradient` node: expressions over leaves of its own, `cotangent` for that of the value, and
 * `captured.0`, ... for other tensors. Operands are the value, the inputs, and the captured tensors.
 */
import { explainFault } from '../fault.js'
import { sameShape, showShape } from '../../shapes/dim.js'
import type { StepLeaf } from './loop.js'
import { strayLeaf } from './loop-checks.js'
import type { NodeOf } from './primitive.js'
import { first } from './shape-checks.js'

type Application = Pick<NodeOf<'withGradient'>, 'attributes' | 'operands'>

/** A leaf of the gradient, and the place of the operand that it stands for; none for the cotangent. */
export type GradientLeaf = StepLeaf & { readonly place?: number }

/** The leaf of the cotangent, then those of the captured tensors. */
export const gradientLeaves = ({
  attributes: { cotangents },
  operands,
}: Application): readonly GradientLeaf[] => {
  const [{ shape, dtype }] = operands
  const others = operands.slice(cotangents.length + 1)
  return [
    { name: 'cotangent', shape, dtype },
    ...others.map((of, i) => ({
      name: `captured.${i}`,
      shape: of.shape,
      dtype: of.dtype,
      place: cotangents.length + 1 + i,
    })),
  ]
}

const misfit = ({
  attributes: { cotangents },
  operands: [value, ...others],
}: Application): string | undefined => {
  const whole = [value, ...others.slice(0, cotangents.length)].find(({ dtype }) => dtype !== 'f32')
  if (whole !== undefined) return `withGradient: gradients are of f32 tensors, got ${whole.dtype}`
  const i = cotangents.findIndex((cotangent, at) => {
    const input = others[at]
    return input === undefined || cotangent.dtype !== 'f32' || !sameShape(cotangent.shape, input.shape)
  })
  const [cotangent, input] = [cotangents[i], others[i]]
  if (cotangent === undefined) return undefined
  return input === undefined
    ? `withGradient: there is no input ${i}`
    : `withGradient: input ${i} is ${showShape(input.shape)}, but its gradient ${cotangent.dtype} ${showShape(cotangent.shape)}`
}

/** What is wrong with a gradient; undefined for a valid one. */
export const ownGradientProblem = (application: Application): string | undefined => {
  const { cotangents } = application.attributes
  const broken = cotangents.find(({ fault }) => fault !== undefined)?.fault
  return first(
    broken && `withGradient: in the gradient, ${explainFault(broken)}`,
    misfit(application),
    strayLeaf('withGradient', 'gradient', gradientLeaves(application), cotangents),
  )
}
