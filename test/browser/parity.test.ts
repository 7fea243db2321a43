/** AD-CLIP in a tab computes what the released implementation does. */
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { chromium } from '../support/chromium.js'
import { inTab } from './tab.js'

const fixture = fileURLToPath(new URL('../../../shared/parity/vit-tiny', import.meta.url))

describe.skipIf(chromium === undefined || !existsSync(fixture))(
  'five steps of AD-CLIP in a tab, vit-tiny (skipped without Chromium or the fixture)',
  () => {
    it('agree with the released implementation in float32', async () => {
      const { result, complaints } = await inTab(
        'parity',
        t.array(t.type({ name: t.string, ok: t.boolean, maxAbsDiff: t.number })),
        {
          given: readdirSync(fixture),
          folders: { '/parity/': fixture },
        },
      )
      expect(result).toHaveLength(129)
      expect(result.filter(({ ok }) => !ok)).toEqual([])
      expect(complaints).toEqual([])
    }, 180_000)
  },
)
