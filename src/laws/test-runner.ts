/** The one place where the laws meet what runs the tests: vitest, jest and `node:test` share these two functions. */

export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => void | Promise<void>) => unknown
}

const isFunction = (value: unknown): value is (...given: readonly unknown[]) => unknown =>
  typeof value === 'function'

const globals: Readonly<Record<string, unknown>> = globalThis

/** The test runner whose functions are global: jest as it comes, vitest with `globals: true`. */
export const ambientRunner = (): TestRunner | undefined => {
  const { describe, it } = globals
  return isFunction(describe) && isFunction(it)
    ? { describe: (name, body) => describe(name, body), it: (name, body) => it(name, body) }
    : undefined
}
