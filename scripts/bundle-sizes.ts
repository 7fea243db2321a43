/** Prints the sizes of bundles for browsers, and fails where one is over its limit in `bundle-limits.json`. */
import { browserBundle, builtRepository } from './browser-bundle.js'
import { bundleLimits } from './bundle-limits.js'

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1).padStart(7)

console.log('kB gzip   limit  bundle')
let over = false
for (const { name, code, limit } of bundleLimits(builtRepository)) {
  const { size, unresolved } = await browserBundle(builtRepository, code)
  console.log(`${kilobytes(size)} ${kilobytes(limit)}  ${name}${size > limit ? '  TOO LARGE' : ''}`)
  if (unresolved.length > 0) console.log(`  it imports ${unresolved.join(', ')}`)
  if (size > limit || unresolved.length > 0) over = true
}
process.exitCode = over ? 1 : 0
