/**
 * Runs commands on a disk that is too small, at several sizes of it: `npm run tests:full-disk -- train pretrain --sizes 6`.
 * Each must end with a clear message, leave nothing that cannot be read and no partial file, and be resumed to the files of
 * a run on a large disk once there is space. Needs a system on which this user may mount a `tmpfs`; it says so elsewhere.
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mountDisk, resizeDisk, unmountDisk } from '../../test/support/small-disk.js'
import type { Job } from './jobs.js'
import { chosenCommands, prepare } from './jobs.js'
import { run } from './processes.js'
import type { Files } from './readable.js'
import { differencesOf, digests, faultsIn, filesIn, isPassing } from './readable.js'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string', default: '6' } },
})

const page = 4096
const large = 2 ** 29

/** A disk of this size; whoever ran on one of another size by mistake would compare nothing. */
const resize = (folder: string, bytes: number): void => {
  if (!resizeDisk(folder, Math.ceil(bytes / 1024))) throw new Error(`${folder} cannot get ${bytes} bytes`)
}

/** Removes all that lies on a disk: what an earlier command left there would take the space of this one. */
const empty = async (disk: string): Promise<void> => {
  for (const name of await readdir(disk)) await rm(join(disk, name), { recursive: true, force: true })
}

/** Space that files take on such a disk. */
const spaceOf = (files: Files): number =>
  [...files.values()].reduce((sum, bytes) => sum + page * Math.ceil(bytes.length / page), 0)

const tooSmall = async (folder: string, job: Job, bytes: number, reference: Files): Promise<string[]> => {
  const disk = join(folder, 'out')
  await empty(disk)
  resize(disk, bytes)
  const { code, stderr } = await run(folder, job.args)
  const left = await filesIn(folder, job.writes)
  const faults = [...faultsIn(left)]
  // A table goes on with its other runs, and ends with 1 because it lacks figures.
  if (code !== 0 && code !== 2 && !(code === 1 && job.name === 'table'))
    faults.push(`ends with ${code}: ${stderr}`)
  if (code === 1 && !/^failed: .*no space left on device/m.test(stderr)) faults.push(`says: ${stderr}`)
  if (code === 2 && !/adclip: .*no space left on device.*\n {2}→ .*\n$/.test(stderr))
    faults.push(`says: ${stderr}`)
  // What a download has of a file is kept, to go on from there.
  const partial = [...left.keys()].filter((path) => isPassing(path) && !/\.[0-9a-f]{12}\.partial$/.test(path))
  faults.push(...partial.map((path) => `leaves ${path}`))
  resize(disk, large)
  const resumed = await run(folder, job.args)
  if (resumed.code !== 0) faults.push(`cannot be resumed: ${resumed.stderr}`)
  faults.push(...differencesOf(digests(await filesIn(folder, job.writes)), digests(reference)))
  console.log(`${job.name}, ${Math.round(bytes / 1024)} KiB: ${code === 0 ? 'fits' : 'full, resumed'}`)
  return faults.map((fault) => `${job.name}, ${Math.round(bytes / 1024)} KiB: ${fault}`)
}

const workplace = await prepare()
const { folder, jobs, close } = workplace
const disk = join(folder, 'out')
await mkdir(disk)
if (mountDisk(disk, large / 1024)) {
  for (const job of chosenCommands(positionals).flatMap((name) => jobs[name])) {
    await empty(disk)
    const { code, stderr } = await run(folder, job.args)
    if (code !== 0) throw new Error(`${job.name} fails by itself: ${stderr}`)
    const reference = await filesIn(folder, job.writes)
    const count = Number(options.sizes)
    for (let i = 0; i < count; i += 1) {
      const bytes = page * (4 + Math.floor((spaceOf(reference) / page) * (i / count)))
      for (const fault of await tooSmall(folder, job, bytes, reference)) {
        console.log(`  fault: ${fault}`)
        process.exitCode = 1
      }
    }
  }
  unmountDisk(disk)
} else console.log('skipped: this user may not mount a tmpfs here')
await close()
await rm(folder, { recursive: true, force: true })
