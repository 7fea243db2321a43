/** Tests read the sources; only the checks of the package itself read what `npm run build` left in dist. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

/** Tests of `npm run test:slow`. */
export const slowTests = 'test/**/*.slow.test.ts'

export default defineConfig({
  resolve: {
    alias: [
      { find: /^tensile$/, replacement: source('dsl/index.ts') },
      { find: /^tensile\/([\w/-]+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'property-tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, slowTests],
    // A forgotten `.only` would leave the others out in silence.
    allowOnly: false,
    testTimeout: 60_000,
    pool: 'forks',
    // Files that one process runs share what they import: half of the time of small files was loading the same modules again.
    isolate: false,
    // By itself vitest leaves one processor free; on two, one file at a time would take half as long again.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
