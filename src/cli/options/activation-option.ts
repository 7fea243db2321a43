/** `--activation`: of a CLIP that no configuration describes. */
import { Option } from 'commander'
import type { BlockActivation } from '../../model/index.js'
import { blockActivation } from '../../model/index.js'

/** What was asked for. */
export interface ActivationChoice {
  readonly activation?: BlockActivation
}

export const activationOption = (): Option =>
  new Option(
    '--activation <name>',
    "of CLIP's blocks, if no config.json or open_clip_config.json lies next to its weights " +
      "(OpenAI's: quick-gelu; most of open_clip's own: gelu)",
  ).choices(blockActivation.values)
