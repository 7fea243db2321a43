import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Effect } from '../../../src/effects/index.js'
import { withFolder } from '../../../src/effects/operations.js'
import { readClip } from '../../../src/formats/checkpoints/clip-checkpoint.js'
import { explain } from '../../../src/effects/explain.js'
import type { FetchPlan } from '../../../src/formats/hub/fetch-checkpoint.js'
import { fetchCheckpoint } from '../../../src/formats/hub/fetch-checkpoint.js'
import type { Progress } from '../../../src/effects/instruction.js'
import { interpret } from '../../../src/effects/interpreter.js'
import type { Terminal } from '../../../src/effects/runtimes/terminal.js'
import { nodeRuntime } from '../../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../../src/effects/runtimes/terminal.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import {
  fileOf,
  jsonFile,
  shardedFiles,
  smallOpenClip,
  smallUnder,
  smallWeights,
} from '../checkpoints/small-checkpoints.js'
import { huggingFaceHub } from '../../../src/effects/runtimes/hub/hugging-face-hub.js'
import { countingEngine } from '../../support/testing-engine.js'
import type { LocalHub, Trouble } from './local-hub.js'
import { listing, startHub } from './local-hub.js'

let folder = ''
let hubs: readonly LocalHub[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fetch-'))
})
afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.close()))
  hubs = []
  await rm(folder, { recursive: true, force: true })
})

const hubWith = async (...given: Parameters<typeof startHub>): Promise<LocalHub> => {
  const hub = await startHub(...given)
  hubs = [...hubs, hub]
  return hub
}

/** A runtime of its own for every run, as every process has. */
const running = <A>(effect: Effect.Effect<A>, terminal: Partial<Terminal> = {}) =>
  interpret(effect)(nodeRuntime(countingEngine, { ...silentTerminal, ...terminal }))()

const plan = (hub: string, changes: Partial<FetchPlan> = {}): FetchPlan => ({
  name: 'owner/clip',
  hub,
  revision: 'main',
  folder: join(folder, 'clip'),
  ...changes,
})

const clip = fileOf(smallWeights)
const openClip = {
  'open_clip_model.safetensors': clip,
  'open_clip_config.json': jsonFile({ model_cfg: { quick_gelu: true, ...smallOpenClip } }),
  'README.md': jsonFile('not wanted'),
}

describe('fetching a CLIP', () => {
  it('is refused while another fetches into the same folder, and disturbs nothing of it', async () => {
    const hub = await hubWith('owner/clip', openClip)
    const wanted = plan(hub.url)
    const second = expectRight(
      await running(withFolder(wanted.folder, Effect.attempt(fetchCheckpoint(wanted)))),
    )
    expect(expectLeft(second)).toMatchObject({ tag: 'FolderInUse', path: wanted.folder })
    expect(await readdir(wanted.folder)).toEqual([])
    expectRight(await running(fetchCheckpoint(wanted)))
  })

  it('fetches its checkpoint and its configuration, and reports progress', async () => {
    const hub = await hubWith('owner/clip', openClip)
    const seen: Progress[] = []
    const { files } = expectRight(
      await running(fetchCheckpoint(plan(hub.url, { part: 10_000 })), {
        reportProgress: (report) => void seen.push(report),
      }),
    )
    expect(files.map(({ path }) => path)).toEqual(
      ['open_clip_model.safetensors', 'open_clip_config.json'].map((name) => join(folder, 'clip', name)),
    )
    expect(await readdir(join(folder, 'clip'))).toEqual([
      'open_clip_config.json',
      'open_clip_model.safetensors',
    ])
    expect(expectRight(await running(readClip(join(folder, 'clip')))).weights).toEqual(smallWeights)
    expect(seen.length).toBeGreaterThan(2)
    expect(seen.at(-1)).toMatchObject({ label: 'open_clip_model.safetensors', fields: { of: 'MB' } })
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total)
  })

  it.each([
    {
      name: 'config.json',
      content: { model_type: 'siglip', text_config: {}, vision_config: {} },
      said: 'it is the configuration of a SigLIP',
    },
    {
      name: 'open_clip_config.json',
      content: { model_cfg: { vision_cfg: { timm_model_name: 'fastvit_mci1' }, text_cfg: {} } },
      said: 'it is the configuration of a MobileCLIP (fastvit_mci1)',
    },
    {
      name: 'preprocessor_config.json',
      content: { resample: 1 },
      said: 'resample is 1, and only 2 (bilinear) or 3 (bicubic) is computed here',
    },
  ])('refuses another model before it asks for weights: $name', async ({ name, content, said }) => {
    const hub = await hubWith('owner/clip', { 'model.safetensors': clip, [name]: jsonFile(content) })
    expect(explain(expectLeft(await running(fetchCheckpoint(plan(hub.url)))))).toContain(said)
    expect(hub.asked.map(({ path }) => path)).toEqual([name])
    expect(await readdir(join(folder, 'clip'))).toEqual([name])
  })

  it('in shards fetches the index and all files that it names', async () => {
    const shards = shardedFiles(smallUnder('hugging-face'))
    const hub = await hubWith('owner/clip', shards)
    expectRight(await running(fetchCheckpoint(plan(hub.url))))
    expect(await readdir(join(folder, 'clip'))).toEqual(Object.keys(shards).toSorted())
    expect(expectRight(await running(readClip(join(folder, 'clip')))).weights).toEqual(smallWeights)
  })

  it('continues after a stop, and requests nothing twice', async () => {
    const hub = await hubWith('owner/clip', { 'model.safetensors': clip })
    const whole = plan(hub.url, { part: 5000 })
    const controller = new AbortController()
    const terminal = {
      stop: controller.signal,
      reportProgress: () => {
        if (hub.asked.length === 2) controller.abort()
      },
    }
    expect(expectLeft(await running(fetchCheckpoint(whole), terminal)).tag).toBe('Interrupted')
    expect(await readdir(join(folder, 'clip'))).toEqual([
      expect.stringMatching(/^model\.safetensors\..*\.partial$/),
    ])
    expectRight(await running(fetchCheckpoint(whole)))
    expect(hub.asked.map(({ range }) => range)).toEqual(
      Array.from({ length: Math.ceil(clip.length / 5000) }, (_, i) =>
        [5000 * i, Math.min(5000 * (i + 1), clip.length) - 1].join('-'),
      ),
    )
    expect(await readdir(join(folder, 'clip'))).toEqual(['model.safetensors'])
    expect(Buffer.compare(await readFile(join(folder, 'clip', 'model.safetensors')), clip)).toBe(0)
  })

  it('is refused where a folder holds other files than the repository has, such as a run', async () => {
    const hub = await hubWith('owner/clip', { 'model.safetensors': clip })
    const target = join(folder, 'clip')
    await mkdir(target)
    await writeFile(join(target, 'run.json'), '{}')
    expect(explain(expectLeft(await running(fetchCheckpoint(plan(hub.url)))))).toBe(
      `${target}: it holds: run.json\n  → choose another folder`,
    )
    expect(await readdir(target)).toEqual(['run.json'])
  })

  it('fails when the network breaks off, and continues when it is back', async () => {
    const hub = await hubWith('owner/clip', { 'model.safetensors': clip })
    const whole = plan(hub.url, { part: clip.length - 100 })
    hub.cutAfter = 0
    const said = explain(expectLeft(await running(fetchCheckpoint(whole))))
    expect(said).toContain(`${hub.url}: cannot be reached: `)
    expect(said).toContain('the next attempt continues from there')
    hub.cutAfter = undefined
    expectRight(await running(fetchCheckpoint(whole)))
    expect(Buffer.compare(await readFile(join(folder, 'clip', 'model.safetensors')), clip)).toBe(0)
  })

  it('keeps what arrived of a part that broke off, and goes on from there, within one call', async () => {
    const hub = await hubWith('owner/clip', { 'model.safetensors': clip })
    hub.cutAfter = 7000
    expectRight(await running(fetchCheckpoint(plan(hub.url))))
    expect(hub.asked.length).toBeGreaterThanOrEqual(Math.ceil(clip.length / 7000))
    expect(Buffer.compare(await readFile(join(folder, 'clip', 'model.safetensors')), clip)).toBe(0)
  })

  it('asks a busy hub again, and one whose connection broke', async () => {
    const hub = await hubWith('owner/clip', { 'model.safetensors': clip })
    hub.troubles.push('busy', 'busy', 'reset')
    expectRight(await running(fetchCheckpoint(plan(hub.url))))
    expect(await readdir(join(folder, 'clip'))).toEqual(['model.safetensors'])
  })

  it('stops at once while it waits for an answer', async () => {
    const hub = await hubWith('owner/clip', { 'model.safetensors': clip })
    hub.troubles.push('silent')
    const controller = new AbortController()
    const stopped = running(fetchCheckpoint(plan(hub.url)), { stop: controller.signal })
    setTimeout(() => controller.abort(), 50)
    expect(expectLeft(await stopped)).toEqual({ tag: 'Interrupted', by: 'signal' })
  })

  it('leaves files that are right, and replaces the others', async () => {
    const hub = await hubWith('owner/clip', openClip)
    expectRight(await running(fetchCheckpoint(plan(hub.url))))
    const target = join(folder, 'clip', 'open_clip_config.json')
    await writeFile(target, 'something else')
    hub.asked.splice(0)
    const { files } = expectRight(await running(fetchCheckpoint(plan(hub.url))))
    expect(files.map(({ already }) => already)).toEqual([true, false])
    expect(hub.asked.map(({ path }) => path)).toEqual(['open_clip_config.json'])
    expect(Buffer.compare(await readFile(target), openClip['open_clip_config.json'])).toBe(0)
  })
})

describe('fetching that fails', () => {
  const complaint = async (changes: FetchPlan): Promise<string> =>
    explain(expectLeft(await running(fetchCheckpoint(changes))))

  it.each([
    { name: 'open_clip_model.safetensors', kind: 'sha256' },
    { name: 'open_clip_config.json', kind: 'git' },
  ])('refuses and removes bytes whose hash is wrong: $kind', async ({ name, kind }) => {
    const other = { ...openClip, [name]: openClip['README.md'].map((byte) => byte ^ 1) }
    const sameSize = { ...openClip, [name]: openClip['README.md'] }
    const hub = await hubWith('owner/clip', other, listing(sameSize))
    expect(await complaint(plan(hub.url))).toMatch(
      new RegExp(
        `^.*${name}: the file that arrived is not the hub's: its hash is ${kind} [0-9a-f]+, wanted ${kind} [0-9a-f]+\n`,
      ),
    )
    expect((await readdir(join(folder, 'clip'))).filter((file) => file.startsWith(name))).toEqual([])
  })

  it('says that there is no network', async () => {
    const hub = await hubWith('owner/clip', openClip)
    await hub.close()
    expect(await complaint(plan(hub.url))).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+: cannot be reached: connect ECONNREFUSED .*\n {2}→ check the network; /,
    )
  })

  it.each<Trouble>(['silent', 'stalled'])('gives up a hub that is %s', async (trouble) => {
    const hub = await hubWith('owner/clip', openClip)
    hub.troubles.push(trouble)
    const patience = { attempts: 1, firstWait: 1, longestWait: 1, silence: 100 }
    const { list } = huggingFaceHub(new AbortController().signal, patience)
    const listed = await list({ hub: hub.url, repository: 'owner/clip', revision: 'main' })()
    expect(expectLeft(listed)).toEqual({
      tag: 'HubUnreachable',
      hub: hub.url,
      reason: 'no byte arrived for 0 seconds',
    })
  })

  it('refuses a list that is longer than that of any model', async () => {
    const entry = { type: 'file', size: 1, oid: '0' }
    const many = Array.from({ length: 400_000 }, (_, i) => ({ ...entry, path: `part-${i}` }))
    const hub = await hubWith('owner/clip', openClip, many)
    expect(await complaint(plan(hub.url))).toContain('its list of files has more than 16777216 bytes')
  })

  it('refuses an address with a password, and does not repeat it', async () => {
    const said = await complaint(plan('https://me:secret@hub.example/mirror'))
    expect(said).toContain('hub (https://hub.example): it has a user name or a password')
    expect(said).not.toContain('secret')
    expect(await complaint(plan('hub.example'))).toContain('it is not the address of a hub')
  })

  it('says that there is no such repository, or name', async () => {
    const hub = await hubWith('owner/clip', openClip)
    expect(await complaint(plan(hub.url, { name: 'owner/other' }))).toContain(
      `${hub.url}: does not give owner/other: Repository not found`,
    )
    expect(await complaint(plan(hub.url, { name: 'ViT-B/17' }))).toContain('does not give ViT-B/17')
    expect(await complaint(plan(hub.url, { name: 'RN51' }))).toContain(
      'name (RN51): it is neither a published CLIP nor a repository\n  → name one of RN50, RN101, ViT-B/32, ViT-B/16, ViT-L/14, or',
    )
  })

  it('names what a repository has instead of a checkpoint, and what an index names that is not there', async () => {
    const none = await hubWith('owner/clip', { 'pytorch_model.bin': clip })
    expect(await complaint(plan(none.url))).toContain('it has pytorch_model.bin, but not ')
    const { 'model-00002-of-00002.safetensors': _lost, ...rest } = shardedFiles(smallWeights)
    const lacking = await hubWith('owner/clip', rest)
    expect(await complaint(plan(lacking.url))).toContain(
      'the index names it, and the repository does not have it',
    )
  })

  it('refuses an index that points out of its folder, and a listing that does not decode', async () => {
    const index = jsonFile({ weight_map: { a: '../../.profile' } })
    const hub = await hubWith('owner/clip', { 'model.safetensors.index.json': index })
    expect(await complaint(plan(hub.url))).toContain(
      "'../../.profile', which is not the name of a file next to",
    )
    const odd = await hubWith('owner/clip', {}, [{ type: 'file', path: 'model.safetensors', size: 'large' }])
    expect(await complaint(plan(odd.url))).toContain('0.size is "large", wanted number')
  })
})
