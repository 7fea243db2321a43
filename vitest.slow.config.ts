/** Tests that take long and seldom fail: `npm run test:slow`. */
import { defineConfig, mergeConfig } from 'vitest/config'
import config, { slowTests } from './vitest.config.js'

const { include: _, exclude: __, ...test } = config.test ?? {}

export default mergeConfig(
  defineConfig({ ...config, test }),
  defineConfig({ test: { include: [slowTests] } }),
)
