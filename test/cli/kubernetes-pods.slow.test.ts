/** The containers of the Kubernetes manifests as pods would run them: their command, in their folder, with the index of the pod. */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import * as t from 'io-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectRight } from '../expect-either.js'
import { buildAdclip } from './command.js'
import { smallStudies } from './small-studies.js'

const job = t.type({
  spec: t.type({
    completions: t.number,
    template: t.type({
      spec: t.type({ containers: t.array(t.type({ command: t.array(t.string), workingDir: t.string })) }),
    }),
  }),
})

const adclip = await buildAdclip()
const studies = smallStudies(adclip)
beforeAll(studies.prepare, 60_000)
afterAll(() => adclip.remove())

/** Runs all pods of a job. Gives their exit codes. */
const runPods = async (path: string): Promise<readonly (number | null)[]> => {
  const { spec } = expectRight(job.decode(JSON.parse(await readFile(path, 'utf8'))))
  return Array.from({ length: spec.completions }, (_, index) => {
    const [container] = spec.template.spec.containers
    const [program = '', ...args] = container?.command ?? []
    const { status } = spawnSync(program, args, {
      cwd: container?.workingDir,
      env: { PATH: process.env['PATH'], JOB_COMPLETION_INDEX: String(index) },
    })
    return status
  })
}

describe('the pods of a study', { timeout: 600_000 }, () => {
  it('end in the table of one process, byte for byte', async () => {
    const options = ['--epochs', '2', '--warm-up', '1', '--methods', 'zero-shot,coop', '--seeds', '1,2']
    const words = [
      ...['table', '--data', 'office-home', '--clip', 'clip.safetensors', '--activation', 'quick-gelu'],
      ...['--batch', '4', '--pairs', 'art:real_world', ...options],
    ]
    const submitted = await adclip.run(
      ...[
        'submit',
        '--on',
        'kubernetes',
        '--image',
        'adclip',
        '--volume',
        'studies',
        '--program',
        adclip.program,
      ],
      ...['--', ...words, '--out', 'submitted'],
    )
    expect(submitted.stderr).toBe('')
    const jobs = (name: string): string => studies.inFolder('submitted', 'jobs', name)
    expect(await runPods(jobs('encode.json'))).toEqual([0])
    expect(await runPods(jobs('cells.json'))).toEqual([0, 0, 0])
    expect(await runPods(jobs('collect.json'))).toEqual([0])
    const serial = await adclip.run(...words, '--out', 'serial')
    expect(await readFile(studies.inFolder('submitted', 'table.txt'), 'utf8')).toBe(serial.stdout)
  })
})
