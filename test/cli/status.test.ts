/**
 * `adclip status` with programs in the place of `squeue`, `sacct` and `kubectl` that give recorded answers: those of Slurm 22.05
 * and of Kubernetes 1.32, shortened to what a study of four runs needs.
 */
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { askScheduler } from '../../src/cli/jobs/ask-scheduler.js'
import { statusLines } from '../../src/cli/jobs/status-lines.js'
import { studyView } from '../../src/cli/jobs/study-view.js'
import { interpret, nodeRuntime, silentTerminal } from '../../src/effects/index.js'
import { expectRight } from '../expect-either.js'
import { countingEngine } from '../support/testing-engine.js'
import type { Outcome } from './command.js'
import { buildAdclip } from './command.js'

const adclip = await buildAdclip()
afterAll(() => adclip.remove())

const inFolder = (...path: readonly string[]): string => join(adclip.folder, ...path)
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(inFolder(path)), { recursive: true })
  await writeFile(inFolder(path), text)
}

/** An executable that keeps its words, and prints an answer or ends with an error. It needs no other program. */
const program = async (
  name: string,
  { stdout = '', stderr = '', code = 0 }: Partial<Outcome>,
): Promise<void> => {
  await write(`${name}.answer`, stdout)
  const lines = [
    '#!/bin/bash',
    `printf '%s' "$*" > '${inFolder(`${name}.words`)}'`,
    `printf '%s\\n' "$(< '${inFolder(`${name}.answer`)}')"`,
    `printf '%s\\n' '${stderr}' >&2`,
    `exit ${code ?? 1}`,
  ]
  await write(join('bin', name), `${lines.join('\n')}\n`)
  await chmod(inFolder('bin', name), 0o755)
}
const wordsOf = (name: string): Promise<string> => readFile(inFolder(`${name}.words`), 'utf8')
const without = (name: string): Promise<void> => rm(inFolder('bin', name), { force: true })

const runs = ['zero-shot/a-to-b', 'coop/a-to-b/seed-1', 'coop/a-to-b/seed-2', 'coop/a-to-b/seed-3']
const submission = (scheduler: string, tasks: number) => ({
  scheduler,
  name: 'sweep',
  encode: { name: 'sweep-encode', tasks: 1 },
  cells: { name: 'sweep-cells', tasks },
  collect: { name: 'sweep-collect', tasks: 1 },
})

/** A study of four runs, the first of them finished, in a folder of its own. */
const study = async (directory: string, scheduler: string, tasks = runs.length): Promise<void> => {
  await write(
    join(directory, 'jobs', 'plan.jsonl'),
    runs.map((name, index) => `${JSON.stringify({ index, name })}\n`).join(''),
  )
  await write(join(directory, 'jobs', 'submission.json'), JSON.stringify(submission(scheduler, tasks)))
  await write(join(directory, runs[0] ?? '', 'evaluation.json'), '{}')
}
const numbers = (directory: string): Promise<void> =>
  write(join(directory, 'jobs', 'slurm-numbers.json'), '{"encode":"4","cells":"5","collect":"6"}')

/** What the command prints, with nothing but the programs of the test on the path. */
const status = async (directory: string): Promise<Pick<Outcome, 'stdout' | 'stderr'>> => {
  vi.stubEnv('PATH', inFolder('bin'))
  const view = expectRight(
    await interpret(studyView(inFolder(directory)))(nodeRuntime(countingEngine, silentTerminal))(),
  )
  const { output, notes } = statusLines(view, await askScheduler(view.submission, view.numbers)())
  const text = (lines: readonly string[]): string =>
    lines.map((line) => `${line.replaceAll(`${adclip.folder}/`, '')}\n`).join('')
  return { stdout: text(output), stderr: text(notes) }
}
afterEach(() => vi.unstubAllEnvs())

beforeAll(() => mkdir(inFolder('bin')))

const noAccounts = { code: 1, stderr: 'Slurm accounting storage is disabled' }

describe('the status of a study that was handed over to Slurm', () => {
  beforeAll(async () => {
    await study('slurm', 'slurm')
    await numbers('slurm')
  })

  it('joins what squeue says of each task with what the folders say', async () => {
    await program('squeue', {
      stdout:
        '5|3|PENDING|Resources\n5|1|RUNNING|None\n5|2|TIMEOUT|TimeLimit\n6|N/A|PENDING|Dependency\n4|0|COMPLETED|None\n',
    })
    await program('sacct', noAccounts)
    const { stdout, stderr } = await status('slurm')
    expect(stdout).toBe(
      [
        '4 runs: 1 finished, 2 queued, 1 failed',
        'queued: 1 its task runs and has not come to it; 1 Resources',
        'failed: coop/a-to-b/seed-2: Slurm says TIMEOUT',
        'logs: slurm/jobs/logs',
        'to do again what is not finished: bash slurm/jobs/submit.sh',
        '',
      ].join('\n'),
    )
    expect(stderr).toContain('sacct ends with 1: Slurm accounting storage is disabled')
  })

  it('takes a run for running whose lease is live, and for lost one of which nobody knows', async () => {
    await write(
      join('slurm', 'coop/a-to-b/seed-1', 'run.lock'),
      JSON.stringify({ pid: 1, host: `not ${hostname()}` }),
    )
    await program('squeue', { stdout: '5|2|PENDING|Priority\n' })
    await program('sacct', {
      stdout: '4_0|COMPLETED|0:0\n5_[2]|PENDING|0:0\n5_1|COMPLETED|0:0\n6|PENDING|0:0\n',
    })
    const { stdout, stderr } = await status('slurm')
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '4 runs: 1 finished, 1 running, 1 queued, 1 lost',
      'queued: 1 Priority',
      'lost: coop/a-to-b/seed-3: the scheduler has no task for it, and no process works in its folder',
    ])
    expect(stderr).toBe('')
  })

  it('has from sacct how tasks ended of which squeue has forgotten, also where it no longer knows the jobs', async () => {
    await write(join('slurm', 'coop/a-to-b/seed-3', 'failure.json'), '{"reason":"no such class"}')
    await program('squeue', { code: 1, stderr: 'slurm_load_jobs error: Invalid job id specified' })
    await program('sacct', {
      stdout: '5_2|CANCELLED by 1000|0:15\n5_3|FAILED|1:0\n4_0|OUT_OF_MEMORY|0:125\n',
    })
    const { stdout } = await status('slurm')
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      '4 runs: 1 finished, 1 running, 2 failed',
      'failed: coop/a-to-b/seed-2: Slurm says CANCELLED',
      'failed: coop/a-to-b/seed-3: no such class',
      'images: 0 of 1 tasks done',
      'failed: task 0 of the images: Slurm says OUT_OF_MEMORY',
    ])
  })

  it('says in a line that there is no squeue, that it fails or that its answer is not understood, and what the folder says', async () => {
    const folder = '4 runs: 1 finished, 1 running, 1 not begun, 1 failed'
    await without('squeue')
    await without('sacct')
    const missing = await status('slurm')
    expect(missing.stderr).toMatch(/^there is no program squeue here; there is no program sacct here; /)
    await program('sacct', noAccounts)
    await program('squeue', { code: 1, stderr: 'Unable to contact slurm controller (connect failure)' })
    const down = await status('slurm')
    expect(down.stderr).toMatch(/^squeue ends with 1: Unable to contact slurm controller/)
    await program('squeue', { stdout: '5|1|DREAMING|None\n' })
    const strange = await status('slurm')
    expect(strange.stderr).toMatch(/^squeue answers what is not understood: 0\.2 is "DREAMING"/)
    for (const { stdout } of [missing, down, strange]) expect(stdout.split('\n')[0]).toBe(folder)
  })

  it('asks for its own jobs, and divides runs among fewer tasks as the tasks do', async () => {
    await study('shares', 'slurm', 2)
    await numbers('shares')
    await program('squeue', { stdout: '5|0|FAILED|NonZeroExitCode\n5|1|PENDING|JobHeldUser\n' })
    const { stdout } = await status('shares')
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '4 runs: 1 finished, 2 queued, 1 failed',
      'queued: 2 JobHeldUser',
      'failed: coop/a-to-b/seed-2: Slurm says FAILED',
    ])
    const words = await wordsOf('squeue')
    expect(words).toContain('--jobs=4,5,6')
  })

  it('says that the jobs were not handed over', async () => {
    await study('kept', 'slurm')
    expect(await status('kept')).toMatchObject({
      stdout: '4 runs: 1 finished, 3 not begun\n',
      stderr: 'the jobs are not handed over to Slurm yet: bash kept/jobs/submit.sh\n',
    })
  })
})

const job = (name: string, ofJob: object) => ({ kind: 'Job', metadata: { name }, status: ofJob })
const pod = (index: number, created: string, ofPod: object) => ({
  kind: 'Pod',
  metadata: {
    name: `sweep-cells-${index}-${created}`,
    labels: { 'batch.kubernetes.io/job-name': 'sweep-cells', 'app.kubernetes.io/name': 'adclip' },
    annotations: { 'batch.kubernetes.io/job-completion-index': String(index) },
    creationTimestamp: `2026-11-30T10:00:${created}Z`,
  },
  status: ofPod,
})
const answer = (...items: readonly object[]) => ({
  stdout: `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items })}\n`,
})
const killed = {
  phase: 'Failed',
  containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
}

describe('the status of a study that was handed over to Kubernetes', () => {
  beforeAll(() => study('pods', 'kubernetes'))

  it('joins what the job and its newest pods say with what the folders say', async () => {
    await program(
      'kubectl',
      answer(
        job('sweep-encode', { completedIndexes: '0', conditions: [{ type: 'Complete', status: 'True' }] }),
        job('sweep-cells', { completedIndexes: '0', failedIndexes: '3' }),
        pod(1, '01', killed),
        pod(1, '02', {
          phase: 'Pending',
          containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }],
        }),
        pod(3, '01', killed),
      ),
    )
    const { stdout, stderr } = await status('pods')
    expect(stdout).toBe(
      [
        '4 runs: 1 finished, 2 queued, 1 failed',
        'queued: 1 ImagePullBackOff; 1 no pod yet',
        'failed: coop/a-to-b/seed-3: Kubernetes says OOMKilled, exit code 137',
        'to do again what is not finished: bash pods/jobs/submit.sh',
        '',
      ].join('\n'),
    )
    expect(stderr).toBe('')
    const words = await wordsOf('kubectl')
    expect(words).toContain('get jobs,pods --output=json')
    expect(words).toContain('--selector=app.kubernetes.io/name=adclip,app.kubernetes.io/instance=sweep')
  })

  it('lets the runs wait for the images, and says that these failed', async () => {
    await program('kubectl', answer(job('sweep-encode', {})))
    expect((await status('pods')).stdout).toBe(
      '4 runs: 1 finished, 3 queued\nqueued: 3 for sweep-encode\nimages: 0 of 1 tasks done\n',
    )
    const failed = {
      conditions: [{ type: 'Failed', status: 'True', reason: 'FailedIndexes' }],
      failedIndexes: '0',
    }
    await program('kubectl', answer(job('sweep-encode', failed)))
    const { stdout } = await status('pods')
    expect(stdout).toContain('4 runs: 1 finished, 3 failed\n')
    expect(stdout).toContain('failed: task 0 of the images: Kubernetes says FailedIndexes\n')
  })

  it('counts runs as lost whose jobs are gone', async () => {
    await program('kubectl', answer())
    expect((await status('pods')).stdout).toContain('4 runs: 1 finished, 3 lost\n')
  })

  it('says in a line that kubectl fails, and what the folder says', async () => {
    const stderr = 'The connection to the server localhost:8080 was refused'
    await program('kubectl', { code: 1, stderr })
    const down = await status('pods')
    expect(down).toMatchObject({ stdout: '4 runs: 1 finished, 3 not begun\n' })
    expect(down.stderr).toBe(
      `kubectl ends with 1: ${stderr}; where it is silent, this is what the folder says\n`,
    )
  })
})

describe('adclip status', () => {
  it('prints the status on standard output, and on standard error why a scheduler is silent', async () => {
    await study('printed', 'kubernetes')
    await without('kubectl')
    expect(await adclip.runWith({ PATH: inFolder('bin') }, 'status', 'printed')).toEqual({
      code: 0,
      stdout: '4 runs: 1 finished, 3 not begun\n',
      stderr: 'there is no program kubectl here; where it is silent, this is what the folder says\n',
    })
    // Within half a minute: a scheduler may take a whole one to answer, one that is not there does not.
  }, 30_000)
})
