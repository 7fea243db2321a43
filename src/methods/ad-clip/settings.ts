/** The settings of AD-CLIP. */
import * as t from 'io-ts'
import { sizeUpTo } from '../../dsl/documents/integer.js'
import type { ClipTowers } from '../../model/index.js'
import { adClipLossWeights } from './loss-weights.js'
import { adClipSwitches } from './switches.js'

/** A width, or the one that was released for the CLIP: see `releasedHiddenWidths`. */
const hiddenWidth = t.union([sizeUpTo(65_536), t.literal('released')])

export const adClipSettings = t.type({
  switches: adClipSwitches,
  lossWeights: adClipLossWeights,
  imageTokens: sizeUpTo(1024),
  levels: t.union([sizeUpTo(1024), t.literal('all')]),
  styleHidden: hiddenWidth,
  mappingHidden: hiddenWidth,
})

export type AdClipSettings = Readonly<t.TypeOf<typeof adClipSettings>>

/** What each setting is. */
export const adClipDescriptions: { readonly [K in keyof AdClipSettings]: string } = {
  switches: 'another reading of one point',
  lossWeights: 'other weights of the terms of the loss',
  imageTokens: 'image tokens in a prompt (L)',
  levels: 'levels of the image encoder that are read, the last ones (M)',
  styleHidden: 'hidden width of the style projector: 256 is released, and 512 for ViT-L/14',
  mappingHidden: 'hidden width of the style mapping network: 384 is released, and 640 for ViT-L/14',
}

/** Sizes as released. */
export const adClipSizes = {
  imageTokens: 4,
  levels: 'all',
  styleHidden: 'released',
  mappingHidden: 'released',
} as const

/** Hidden widths of the projectors as released: by the width of the text tower, as the backbones differ in it. */
export const releasedHiddenWidths = ({ textWidth }: { readonly textWidth: number }) =>
  textWidth > 512 ? { styleHidden: 512, mappingHidden: 640 } : { styleHidden: 256, mappingHidden: 384 }

type Resolved = AdClipSettings & ReturnType<typeof releasedHiddenWidths>

/** The settings with both widths as numbers: those that were released for a CLIP where no others are given. */
export const resolvedAdClipSettings = (
  settings: AdClipSettings,
  { text: { width } }: Pick<ClipTowers, 'text'>,
): Resolved => {
  const released = releasedHiddenWidths({ textWidth: Number(width.dim) })
  const { styleHidden, mappingHidden } = settings
  return {
    ...settings,
    styleHidden: styleHidden === 'released' ? released.styleHidden : styleHidden,
    mappingHidden: mappingHidden === 'released' ? released.mappingHidden : mappingHidden,
  }
}
