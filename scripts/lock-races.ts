/** Races for the lock of a folder, many of them: `npm run locks:races -- 500`. Ends with 1 where two processes had it, or one never got it. */
import { lockRaces } from '../test/support/lock-races.js'

const [races = '500', seed = '1'] = process.argv.slice(2)
const started = performance.now()
const counts = await lockRaces(Number(races), Number(seed))
const seconds = Math.round((performance.now() - started) / 1000)
console.log(JSON.stringify({ ...counts, seconds }))
if (counts.shared > 0 || counts.refused > 0) process.exitCode = 1
