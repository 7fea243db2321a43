/** The interface of a test runner: the two functions that vitest, jest and `node:test` share. */

export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => void | Promise<void>) => unknown
}

const isFunction = (value: unknown): value is (...given: readonly unknown[]) => unknown =>
  typeof value === 'function'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** `describe` and `it` of these functions; undefined if one is missing. */
const runnerAmong = (functions: unknown): TestRunner | undefined => {
  if (!isRecord(functions)) return undefined
  const { describe, it } = functions
  return isFunction(describe) && isFunction(it)
    ? { describe: (name, body) => describe(name, body), it: (name, body) => it(name, body) }
    : undefined
}

/** The global in which vitest keeps its functions for in-source tests (`import.meta.vitest`), with or without `globals`. */
const leftByVitest = '__vitest_index__'

/** The test runner that is running: jest, by its global functions, or vitest. */
export const ambientRunner = (): TestRunner | undefined => {
  const globals: Readonly<Record<string, unknown>> = globalThis
  return runnerAmong(globals) ?? runnerAmong(globals[leftByVitest])
}
