/**
 * jax-js as a peer, on WebAssembly: in Node it has nothing faster. In JavaScript, because its types need a later library
 * than this project is checked with. It speaks the bench's protocol: see `protocol.ts`.
 */
import { createInterface } from 'node:readline'

const say = (message) => console.log(JSON.stringify(message))

const start = performance.now()
const jax = await import('@jax-js/jax').catch((error) => {
  say({ tag: 'skipped', reason: `jax-js is not installed (${error.code})` })
  process.exit(0)
})
await jax.init('wasm')
jax.defaultDevice('wasm')

const array = (rows, columns) =>
  jax.numpy.array(Float32Array.from({ length: rows * columns }, () => Math.random())).reshape([rows, columns])
const [x, w] = [array(1576, 768), array(768, 3072)]

/** An operation uses its operands up, unless it is given references to them. */
const run = async () => {
  const product = jax.numpy.matmul(x.ref, w.ref)
  await product.blockUntilReady()
  product.dispose()
}

say({ tag: 'ready', setupMs: performance.now() - start, about: 'jax-js on WebAssembly' })
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'run') continue
  const [before, cpuBefore] = [performance.now(), process.cpuUsage()]
  await run()
  const ms = performance.now() - before
  const { user, system } = process.cpuUsage(cpuBefore)
  say({ tag: 'ran', ms, cpuMs: (user + system) / 1000, peakRssMB: process.resourceUsage().maxRSS / 1024 })
}
