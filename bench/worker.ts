/** A contestant that runs in Node: `node worker.js <peer> <case>`, then a line on standard input for every run. */
import { createInterface } from 'node:readline'
import * as E from 'fp-ts/lib/Either.js'
import type { Message } from './protocol.js'
import { aboutPeer, workload } from './workloads.js'

const say = (message: Message): void => console.log(JSON.stringify(message))

const [, , peer = '', caseName = ''] = process.argv
const start = performance.now()
const prepared = await workload(peer, caseName)
if (E.isLeft(prepared)) {
  say({ tag: 'skipped', reason: prepared.left })
} else {
  say({ tag: 'ready', setupMs: performance.now() - start, about: aboutPeer(peer) })
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'run') continue
    const [before, cpuBefore] = [performance.now(), process.cpuUsage()]
    const failure = await prepared.right()
    const ms = performance.now() - before
    const { user, system } = process.cpuUsage(cpuBefore)
    say(
      failure === undefined
        ? {
            tag: 'ran',
            ms,
            cpuMs: (user + system) / 1000,
            peakRssMB: process.resourceUsage().maxRSS / 1024,
          }
        : { tag: 'skipped', reason: failure },
    )
  }
}
