/** The built package in browsers (npm run build makes it). */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { browserBundle } from '../../scripts/browser-bundle.js'
import { bundleLimits } from '../../scripts/bundle-limits.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe.each(bundleLimits(root))('a bundle for browsers of $name', ({ code, limit }) => {
  it('imports no module of Node, and is within its limit of size', async () => {
    const { size, unresolved } = await browserBundle(root, code)
    expect(unresolved).toEqual([])
    expect(size).toBeLessThan(limit)
    expect(size).toBeGreaterThan(limit / 3)
  })
})

it('a module of Node in a bundle is noticed', async () => {
  expect(await browserBundle(root, "export { join } from 'node:path'")).toMatchObject({
    unresolved: ['node:path'],
  })
  expect((await browserBundle(root, "export * from 'tensile/effects'")).unresolved).toContain(
    'node:fs/promises',
  )
})
