/** Parameters of a program, counted as papers count them. */
import type { Sizes } from '../../shapes/dim.js'
import { knownSize } from '../../shapes/dim.js'
import type { NodeOf } from '../../dsl/primitives/primitive.js'
import { elementCount } from '../../values/value.js'

/** A batch norm's running moments are measured, not learned: papers do not count them among a ResNet's parameters. */
const isMoment = (name: string): boolean => /\.running_(mean|var)$/.test(name)

const sizeOf = ({ shape }: NodeOf<'parameter'>, sizes: Sizes): number =>
  elementCount(shape.map(knownSize(sizes)))

/** Elements of the f32 parameters whose names are kept; a name that comes twice is one parameter. */
export const countParameters = (
  parameters: readonly NodeOf<'parameter'>[],
  keep: (name: string) => boolean = () => true,
  sizes: Sizes = {},
): number => {
  const byName = new Map(parameters.map((leaf) => [leaf.attributes.name, leaf]))
  return [...byName.values()]
    .filter(({ dtype, attributes: { name } }) => dtype === 'f32' && !isMoment(name) && keep(name))
    .reduce((total, leaf) => total + sizeOf(leaf, sizes), 0)
}
