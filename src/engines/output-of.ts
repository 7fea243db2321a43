/** One output of a run. */
import * as E from 'fp-ts/lib/Either.js'
import type { NamedValues } from '../values/named-values.js'
import type { TensorValue } from '../values/value.js'
import type { TensorMissing } from './failure.js'
import { lookup } from '../values/record.js'

/** The output of this name of a run of the program `where`. Fails with `TensorMissing` if the run did not give it. */
export const outputOf =
  (name: string, where: string) =>
  (outputs: NamedValues): E.Either<TensorMissing, TensorValue> => {
    const output = lookup(name, outputs)
    return output === undefined ? E.left({ tag: 'TensorMissing', name, where, similar: [] }) : E.right(output)
  }
