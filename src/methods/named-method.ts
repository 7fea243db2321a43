/** The methods by name. */
import type { ClipTowers } from '../model/index.js'
import type { AdClipSettings } from './ad-clip/method.js'
import { adClipMethod } from './ad-clip/method.js'
import { coCoOp } from './co-co-op/co-co-op.js'
import { coOp } from './co-op/co-op.js'
import type { DaplSettings } from './dapl/dapl.js'
import { dapl } from './dapl/dapl.js'
import type { PromptMethod } from './prompt-method.js'
import { zeroShot } from './zero-shot/zero-shot.js'

export const methodNames = ['ad-clip', 'coop', 'cocoop', 'dapl', 'zero-shot'] as const
export type MethodName = (typeof methodNames)[number]

/** What any of the methods may ask for; each takes what is its own. */
export type MethodSettings = AdClipSettings & DaplSettings

/**
 * A method on a CLIP.
 *
 * @example
 * const method = namedMethod('coop', openAiTowers(architecture), methodSettings)
 * const { total } = method.loss(adaptationBatch)
 */
export const namedMethod = (name: MethodName, towers: ClipTowers, settings: MethodSettings): PromptMethod => {
  switch (name) {
    case 'ad-clip':
      return adClipMethod(towers, settings)
    case 'coop':
      return coOp(towers, settings)
    case 'cocoop':
      return coCoOp(towers, settings)
    case 'dapl':
      return dapl(towers, settings)
    case 'zero-shot':
      return zeroShot(towers)
  }
}
