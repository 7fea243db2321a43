/** The lines of `--plan`, read again. */
import * as t from 'io-ts'

const plannedCell = t.type({
  index: t.number,
  name: t.string,
  directory: t.string,
  state: t.string,
  needs: t.type({
    images: t.number,
    views: t.number,
    steps: t.number,
    operations: t.number,
    encodingOperations: t.number,
    memory: t.number,
  }),
})

/** A run of a plan as the command prints it. */
export type PlannedCell = t.TypeOf<typeof plannedCell>

/** All lines of a plan. */
export const plannedCells = t.readonlyArray(plannedCell)
