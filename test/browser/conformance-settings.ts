/** What the tests of conformance tell their worker, and its answer. */
import * as t from 'io-ts'
import { areas } from '../../src/engine-conformance/check.js'
import { literals } from '../../src/dsl/documents/literals.js'

export const conformanceSettings = t.type({
  runs: t.number,
  engine: t.intersection([
    t.type({ provider: literals(['wasm', 'webgpu']) }),
    t.partial({ threads: t.number }),
  ]),
})

export const conformanceReport = t.type({
  engine: t.string,
  findings: t.array(
    t.intersection([
      t.type({ area: literals(areas), subject: t.string }),
      t.partial({ deviation: t.union([t.string, t.undefined]) }),
    ]),
  ),
})
