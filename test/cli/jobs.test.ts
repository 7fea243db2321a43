import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jobSet, submitFile } from '../../src/cli/jobs/job-set.js'
import { kubernetesFiles, manifest } from '../../src/cli/jobs/kubernetes.js'
import { localFiles, processesFor } from '../../src/cli/jobs/local.js'
import { shellWords } from '../../src/cli/jobs/shell-words.js'
import { slurmFiles } from '../../src/cli/jobs/slurm.js'
import { valueOf, withThreads } from '../../src/cli/jobs/study-words.js'
import { validateJob } from '../support/kubernetes-schema.js'

const needs = {
  images: 5000,
  views: 5,
  steps: 100,
  operations: 6e13,
  encodingOperations: 6e14,
  memory: 2 ** 30,
}
const cells = Array.from({ length: 30 }, (_, index) => ({
  index,
  name: `coop/photo-to-sketch/seed-${index}`,
  directory: `runs/My Table/coop/photo-to-sketch/seed-${index}`,
  state: 'not begun',
  needs,
}))
const study = { program: ['adclip'], words: ['table', '--data', "the owner's data"], study: 'runs/My Table' }
const setWith = (choices: Partial<Parameters<typeof jobSet>[1]> = {}, count = cells.length) =>
  jobSet(
    { ...study, workingFolder: '/home/me', cells: cells.slice(0, count) },
    { cpus: 2, gpus: 0, ...choices },
  )

describe('the jobs of a study', () => {
  it('are one task for each run, and for the images as many as there are thousands of them', () => {
    const { encode, cells: runs, collect, name } = setWith()
    expect([encode.tasks, runs.tasks, collect.tasks]).toEqual([3, 30, 1])
    expect(name).toBe('my-table')
    expect(runs.command).toEqual([...study.program, ...study.words, '--threads', '2', '--cell'])
    expect(encode.command.slice(-3)).toEqual(['--encode', '--shard', '3'])
  })

  it('are shares of the runs where there are to be fewer tasks', () => {
    const { cells: runs } = setWith({ tasks: 4 })
    expect([runs.tasks, runs.command.slice(-2)]).toEqual([4, ['--shard', '4']])
  })

  it('ask for what the programs count, in memory with a margin, and for more time where a task does more', () => {
    const one = setWith().cells
    const several = setWith({ tasks: 4 }).cells
    expect(one.memory).toBeGreaterThan(2 ** 30)
    expect(several.minutes).toBeGreaterThan(one.minutes)
    expect(setWith({ memory: 7, time: 5 }).cells).toMatchObject({ memory: 7, minutes: 5 })
  })
})

describe('the files of jobs for Slurm', () => {
  const files = slurmFiles(setWith({ gpus: 1 }), { partition: 'short' })

  it('are arrays whose runs begin after the images are encoded, and a table after all runs, however they ended', () => {
    expect(files['cells.sbatch']).toContain('#SBATCH --array=0-29\n#SBATCH --partition=short\n')
    expect(files['cells.sbatch']).toContain('#SBATCH --gpus-per-task=1\n')
    expect(files['cells.sbatch']).toContain('#SBATCH --requeue\n')
    expect(files['encode.sbatch']).toContain('#SBATCH --array=0-2\n')
    expect(files['collect.sbatch']).not.toContain('--array')
    expect(files[submitFile]).toMatch(
      /afterok:"\$encode".* cells\.sbatch\)\n.*afterany:"\$cells" collect\.sbatch/,
    )
  })

  it('are scripts that a shell reads, with the words of the study as they are', () => {
    for (const [name, text] of Object.entries(files)) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
      expect([status, stderr], name).toEqual([0, ''])
    }
    expect(files['cells.sbatch']).toContain(String.raw`'the owner'\''s data'`)
  })
})

describe('the files of jobs for Kubernetes', () => {
  const choices = { image: 'registry/adclip:1', volume: 'studies', mount: '/studies', namespace: 'lab' }
  const files = kubernetesFiles(setWith({ gpus: 1 }), { ...choices, parallel: 8 })

  it.each(['encode.json', 'cells.json', 'collect.json'])('%s is valid by the schema of the API', (name) => {
    expect(() => validateJob(JSON.parse(files[name] ?? ''))).not.toThrow()
  })

  it('would not be valid with a field of another type, or without one that must be there', () => {
    const job = manifest(setWith(), setWith().cells, choices)
    expect(() => validateJob(job)).not.toThrow()
    const wrong = { ...job, spec: { ...job.spec, completions: 'many' } }
    const { template: _, ...lacking } = job.spec
    for (const spoilt of [wrong, { ...job, spec: lacking }]) {
      expect(() => validateJob(spoilt)).toThrow(/spec/)
    }
  })

  it('number their pods, start each again on its own count, and let a run that fails end no other', () => {
    expect(JSON.parse(files['cells.json'] ?? '')).toMatchObject({
      metadata: { name: 'my-table-cells', namespace: 'lab' },
      spec: {
        completionMode: 'Indexed',
        completions: 30,
        parallelism: 8,
        backoffLimitPerIndex: 3,
        maxFailedIndexes: 30,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [
              {
                command: [...study.program, ...study.words, '--threads', '2', '--cell'],
                resources: { limits: { 'nvidia.com/gpu': '1' } },
                volumeMounts: [{ mountPath: '/studies' }],
              },
            ],
          },
        },
      },
    })
    const { status, stderr } = spawnSync('bash', ['-n'], { input: files[submitFile], encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('the script that hands jobs over to Kubernetes', () => {
  it('removes jobs of a name that have ended, which would not be started again, and waits for each of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobs-'))
    try {
      const files = kubernetesFiles(setWith(), { image: 'adclip:1', volume: 'studies', mount: '/studies' })
      await writeFile(join(folder, submitFile), files[submitFile] ?? '')
      const kubectl = [
        '#!/bin/bash',
        'case "$1" in get) printf Complete ;; *) echo "$*" >> words ;; esac',
        '',
      ].join('\n')
      await writeFile(join(folder, 'kubectl'), kubectl)
      await chmod(join(folder, 'kubectl'), 0o755)
      const { status, stdout } = spawnSync('bash', [join(folder, submitFile)], {
        encoding: 'utf8',
        env: { PATH: `${folder}:${process.env['PATH']}` },
      })
      expect([status, stdout]).toEqual([0, 'runs: Complete\ntable: Complete\n'])
      expect((await readFile(join(folder, 'words'), 'utf8')).trimEnd().split('\n')).toEqual(
        ['encode', 'cells', 'collect'].flatMap((part) => [
          `delete job my-table-${part}`,
          `apply -f ${part}.json`,
        ]),
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('processes of this machine', () => {
  it('are as many as fit into the memory, and no more than cores or runs', () => {
    const { memory } = setWith().cells
    expect(processesFor(setWith(), 3.5 * memory, 16)).toBe(3)
    expect(processesFor(setWith(), 3.5 * memory, 2)).toBe(2)
    expect(processesFor(setWith({}, 1), 3.5 * memory, 16)).toBe(1)
    expect(processesFor(setWith(), 0.5 * memory, 16)).toBe(1)
  })

  it('are started by a script that a shell reads', () => {
    const text = localFiles(
      setWith(),
      { encode: ['adclip', 'table'], cells: ['adclip', 'table', '--threads', '1'] },
      3,
    )[submitFile]
    const { status } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
    expect(status).toBe(0)
    expect(text).toContain('for number in $(seq 3); do')
    expect(text).toContain('adclip table --encode')
    expect(text).toContain('adclip table --threads 1 --shard 0/1')
  })
})

describe('the words of a study', () => {
  it('get a number of threads where they have none and their engine takes one', () => {
    expect(withThreads(['table'], 1)).toEqual(['table', '--threads', '1'])
    expect(withThreads(['table', '--threads=4'], 1)).toEqual(['table', '--threads=4'])
    expect(withThreads(['table', '--engine', 'tfjs-wasm'], 1)).toEqual(['table', '--engine', 'tfjs-wasm'])
    expect(withThreads(['table', '--engine=onnx-cuda'], 2).slice(-2)).toEqual(['--threads', '2'])
  })

  it('give the last value of an option', () => {
    expect(valueOf(['table', '--out', 'a', '--out=b'], '--out')).toBe('b')
    expect(valueOf(['table', '--out'], '--out')).toBeUndefined()
    expect(valueOf(['table', '--output', 'a'], '--out')).toBeUndefined()
  })
})

describe('words for a shell', () => {
  it('are read as they are', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${shellWords(words)}`], {
          encoding: 'utf8',
        })
        expect(stdout).toBe(words.map((each) => `${each}\0`).join(''))
      }),
      { numRuns: 30 },
    )
  })
})
