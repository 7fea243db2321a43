/** Runs in words. Pure. */
import { definitionOf } from '../../methods/index.js'
import type { RunRecord, RunState, StepsTaken } from './run-record.js'

const stepsInWords = ({ done, total }: StepsTaken): string =>
  total === undefined ? `step ${done}` : `step ${done} of ${total}`

/**
 * How far a run is, in words.
 *
 * @example
 * stateInWords({ tag: 'Stopped', steps: { done: 12, total: 90 } }) // 'stopped at step 12 of 90'
 */
export const stateInWords = (state: RunState): string => {
  switch (state.tag) {
    case 'Finished':
      return 'finished'
    case 'NotEvaluated':
      return 'trained, not evaluated'
    case 'Running':
      return `running, ${stepsInWords(state.steps)}`
    case 'Stopped':
      return `stopped at ${stepsInWords(state.steps)}`
    case 'Failed':
      return `failed: ${state.reason}`
  }
}

/** A method and its preset, as tables call them: `AD-CLIP (robust)`. */
export const methodInWords = ({
  configuration,
}: Extract<RunRecord, { readonly tag: 'Adaptation' }>): string => {
  const { method, preset, untrained } = configuration
  const { title } = definitionOf(method)
  const named = preset === undefined ? title : `${title} (${preset})`
  return untrained === true ? `${named}, before training` : named
}

/** The domains of a run: `art → sketch`, or `→ sketch` where the source makes no difference. */
export const pairInWords = ({
  source,
  target,
}: {
  readonly source?: string
  readonly target: string
}): string => (source === undefined ? `→ ${target}` : `${source} → ${target}`)
