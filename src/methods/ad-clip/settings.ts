/** The settings of AD-CLIP. */
import * as t from 'io-ts'
import { positiveInteger } from '../../dsl/documents/integer.js'
import { adClipLossWeights } from './loss-weights.js'
import { adClipSwitches } from './switches.js'

export const adClipSettings = t.type({
  switches: adClipSwitches,
  lossWeights: adClipLossWeights,
  imageTokens: positiveInteger,
  levels: t.union([positiveInteger, t.literal('all')]),
  styleHidden: positiveInteger,
  mappingHidden: positiveInteger,
})

export type AdClipSettings = Readonly<t.TypeOf<typeof adClipSettings>>

/** What each setting is. */
export const adClipDescriptions: { readonly [K in keyof AdClipSettings]: string } = {
  switches: 'another reading of one point',
  lossWeights: 'other weights of the terms of the loss',
  imageTokens: 'image tokens in a prompt (L)',
  levels: 'levels of the image encoder that are read, the last ones (M)',
  styleHidden: 'hidden width of the style projector',
  mappingHidden: 'hidden width of the style mapping network',
}

/** Sizes as released for text towers of width 512. */
export const adClipSizes = {
  imageTokens: 4,
  levels: 'all',
  styleHidden: 256,
  mappingHidden: 384,
} as const

/** Hidden widths of the projectors as released: by the width of the text tower, as the backbones differ in it. */
export const releasedHiddenWidths = ({ textWidth }: { readonly textWidth: number }) =>
  textWidth > 512 ? { styleHidden: 512, mappingHidden: 640 } : { styleHidden: 256, mappingHidden: 384 }
