/** What a checking process is asked to do, and what it answers: the messages between the suite and its processes. */
import * as t from 'io-ts'
import { EngineSource } from './engine-source.js'
import { DrawnOptions } from './finding.js'

/** What a process is started with. */
export const ProcessSettings = t.type({ source: EngineSource })
export type ProcessSettings = t.TypeOf<typeof ProcessSettings>

export const Task = t.union([
  /** Runs a check by its name, and writes each case into the folder `noted` before it is computed. */
  t.type({ check: t.string, options: DrawnOptions, noted: t.string }),
  /** Runs the case of a finding's folder. */
  t.type({ replay: t.string }),
])
export type Task = t.TypeOf<typeof Task>

/** What a process says once it has loaded its engine and added two numbers on it. */
export const Started = t.union([
  t.type({ engine: t.string, version: t.string }),
  t.type({ what: t.string, advice: t.string }),
])
export type Started = t.TypeOf<typeof Started>

/** Numbers that JSON does not have pass as null. */
const Figure = t.union([t.number, t.null])

export const Answer = t.union([
  t.intersection([
    t.type({ done: t.literal(true) }),
    t.partial({ deviation: t.string, absolute: Figure, relative: Figure, milliseconds: Figure }),
  ]),
  /** The check does not apply: the engine cannot count its tensors. */
  t.type({ done: t.literal(false) }),
])
export type Answer = t.TypeOf<typeof Answer>
