/** A finding of the suite as data: what is wrong, on which engine and machine, and how it is shown again. */
import * as t from 'io-ts'
import { literals } from '../dsl/documents/literals.js'
import { EngineSource } from './engine-source.js'

/** How a check went wrong. */
export const findingKinds = ['deviation', 'crash', 'hang', 'memory'] as const
export const FindingKind = literals(findingKinds)
export type FindingKind = t.TypeOf<typeof FindingKind>

/** Options of the checks that are part of a finding. */
export const DrawnOptions = t.type({
  runs: t.number,
  seed: t.number,
  tolerance: t.intersection([
    t.type({ absolute: t.number, relative: t.number }),
    t.partial({ ofLargest: t.number }),
  ]),
})
export type DrawnOptions = t.TypeOf<typeof DrawnOptions>

/** Where a finding was made. */
export const Machine = t.type({ system: t.string, processor: t.string, node: t.string })
export type Machine = t.TypeOf<typeof Machine>

/** `finding.json`. */
export const Finding = t.intersection([
  t.type({
    format: t.literal('tensile engine finding'),
    version: t.literal(1),
    engine: t.type({ source: EngineSource, name: t.string, version: t.string }),
    library: t.string,
    machine: Machine,
    date: t.string,
    /** `values: add`, or the file that `verify` compared. */
    check: t.string,
    options: DrawnOptions,
    kind: FindingKind,
    /** What the engine did instead, in words. */
    deviation: t.string,
    /** What shows it again: the case in this folder alone, or the whole check; `nothing` if neither did, once. */
    replays: literals(['case', 'check', 'nothing']),
  }),
  t.partial({
    /** Why there is no model.onnx in the folder. */
    withoutModel: t.string,
  }),
])
export type Finding = t.TypeOf<typeof Finding>
