/** Tests in Chromium that take minutes: `npm run browser:long`. */
import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import base from '../../../vitest.config.js'

export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  {
    root: fileURLToPath(new URL('../../../', import.meta.url)),
    test: { include: ['test/browser/long/*.long.ts'], testTimeout: 900_000, hookTimeout: 900_000 },
  },
)
