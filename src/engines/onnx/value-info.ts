/** The declaration of a value at an edge of a graph: its name, element type and sizes. */
import type { DType } from '../../dsl/values/value.js'
import { elementTypeOf } from './graph-writer.js'
import type { ValueInfoProto } from './model-proto.js'
import { elementTypes } from './model-proto.js'

/** A value with a name. */
interface Declared {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
}

export const valueInfo = ({ name, dtype, shape }: Declared): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: elementTypes[elementTypeOf[dtype]],
      shape: { dim: shape.map((dimValue) => ({ dimValue })) },
    },
  },
})
