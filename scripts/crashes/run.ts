/**
 * Kills commands at random moments, starts them again until they are done, and compares their files with those of a run
 * that nothing disturbed: `npm run tests:crashes -- train pretrain --kills 200 --seed 1`. Without commands it tries all of
 * them. After each kill, every file on disk must be readable; in the end, no lock and no partial file may be left.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isDeepStrictEqual } from 'node:util'
import { randomKey } from 'tensile'
import type { CommandName, Job } from './jobs.js'
import { chosenCommands, commands, prepare } from './jobs.js'
import type { Life, Moment, Phase } from './kills.js'
import { killAt, live, phaseOf, phases } from './kills.js'
import { differencesOf, digests, faultsIn, filesIn } from './readable.js'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
})
const wanted = Number(options.kills)

const workplace = await prepare()

const clear = async ({ writes }: Job): Promise<void> => {
  for (const name of writes) await rm(join(workplace.folder, name), { recursive: true, force: true })
}

const filesOf = ({ writes }: Job) => filesIn(workplace.folder, writes)

/** What a job leaves and says if nothing disturbs it. */
interface Reference extends Life {
  readonly files: Readonly<Record<string, string>>
}

const undisturbed = async (job: Job): Promise<Reference> => {
  await clear(job)
  const life = await live(workplace.folder, job)
  if (life.outcome.code !== 0) throw new Error(`${job.name} fails by itself: ${life.outcome.stderr}`)
  return { ...life, files: digests(await filesOf(job)) }
}

/** Every second moment is any in the life of the process; the others are just after one of its changes to the disk. */
const momentOf = (key: randomKey.RandomKey, number: number, { milliseconds, changes }: Life): Moment => {
  const [first = 0, second = 0] = randomKey.uniform(randomKey.foldIn(key, number), 2)
  return number % 2 === 0
    ? { changes: 0, milliseconds: first * milliseconds }
    : { changes: 1 + Math.floor(first * changes), milliseconds: second * 3 }
}

/** What is different from the reference at the end of a series of kills. */
const differences = async (job: Job, reference: Reference): Promise<readonly string[]> => {
  const { outcome } = await live(workplace.folder, job)
  if (outcome.code !== 0) return [`the last start ends with ${outcome.code}: ${outcome.stderr}`]
  return [
    ...differencesOf(digests(await filesOf(job)), reference.files),
    ...(job.name === 'fetch' || isDeepStrictEqual(outcome.stdout, reference.outcome.stdout)
      ? []
      : [`it prints ${outcome.stdout}`]),
  ]
}

/** The most kills of one run. */
const longestSeries = 8

interface Tally {
  kills: number
  series: number
  readonly fell: Map<Phase, number>
  readonly faults: string[]
}

const killSeries = async (job: Job, reference: Reference, key: randomKey.RandomKey, tally: Tally) => {
  const faultsBefore = tally.faults.length
  await clear(job)
  const [share = 0] = randomKey.uniform(randomKey.foldIn(key, 1e6), 1)
  const length = Math.min(1 + Math.floor(share * longestSeries), wanted - tally.kills)
  for (let number = 0; number < length; number += 1) {
    const before = await filesOf(job)
    const moment = momentOf(key, number + tally.series, reference)
    const { pid, killed, outcome } = await killAt(workplace.folder, job, moment)
    const after = await filesOf(job)
    const where = `${job.name}, series ${tally.series}, kill ${number} at ${JSON.stringify(moment)}`
    tally.faults.push(...faultsIn(after).map((fault) => `${where}: ${fault}`))
    if (!killed && outcome.code !== 0) tally.faults.push(`${where}: ends by itself: ${outcome.stderr}`)
    if (!killed) break
    const phase = phaseOf(pid, before, after)
    tally.fell.set(phase, (tally.fell.get(phase) ?? 0) + 1)
    tally.kills += 1
  }
  const wrong = await differences(job, reference)
  tally.faults.push(...wrong.map((fault) => `${job.name}, after series ${tally.series}: ${fault}`))
  tally.series += 1
  console.log(`  ${tally.kills} of ${wanted} kills, ${tally.faults.length} faults`)
  for (const fault of tally.faults.slice(faultsBefore)) console.log(`  fault: ${fault}`)
}

const killCommand = async (name: CommandName): Promise<void> => {
  const begun = performance.now()
  const jobs = workplace.jobs[name]
  const references: Reference[] = []
  for (const job of jobs) references.push(await undisturbed(job))
  const tally: Tally = { kills: 0, series: 0, fell: new Map(), faults: [] }
  const key = randomKey.foldIn(randomKey.keyFromSeed(Number(options.seed)), commands.indexOf(name))
  while (tally.kills < wanted) {
    const [job, reference] = [jobs[tally.series % jobs.length], references[tally.series % jobs.length]]
    if (job === undefined || reference === undefined) throw new Error(`${name} has no job`)
    await killSeries(job, reference, randomKey.foldIn(key, tally.series), tally)
  }
  const seconds = Math.round((performance.now() - begun) / 1000)
  const files = references.reduce((sum, { files: each }) => sum + Object.keys(each).length, 0)
  console.log(
    `${name}: ${tally.kills} kills in ${tally.series} runs (${files} files), ${tally.faults.length} faults, ${seconds} s`,
  )
  for (const phase of phases) {
    const count = tally.fell.get(phase)
    if (count !== undefined) console.log(`  ${String(count).padStart(4)} ${phase}`)
  }
  if (tally.faults.length > 0) process.exitCode = 1
}

for (const name of chosenCommands(positionals)) await killCommand(name)
await workplace.close()
await rm(workplace.folder, { recursive: true, force: true })
