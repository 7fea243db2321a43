/** All faults that are planted in engines, and their engines by name, for processes that import them. */
import type { Engine } from '../../../src/engines/engine.js'
import { endsProcess } from './ends-process.js'
import type { PlantedEngineFault } from './faulty-engine.js'
import { wrongBehaviour } from './wrong-behaviour.js'
import { wrongOperations } from './wrong-operations.js'
import { wrongValues } from './wrong-values.js'

export const engineFaults: readonly PlantedEngineFault[] = [
  ...wrongOperations,
  ...wrongValues,
  ...wrongBehaviour,
  ...endsProcess,
]

/** The name of a fault's engine in `engines`. */
export const nameOfFault = ({ fault }: PlantedEngineFault): string => fault.replaceAll(/[^\w-]+/g, '-')

export const engines: Readonly<Record<string, Engine>> = Object.fromEntries(
  engineFaults.map((planted) => [nameOfFault(planted), { ...planted.engine, name: nameOfFault(planted) }]),
)
