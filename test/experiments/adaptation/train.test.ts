import { describe, expect, it } from 'vitest'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { evaluateAdaptation } from '../../../src/experiments/evaluation/evaluate-run.js'
import { explain } from '../../../src/effects/explain.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { classes, drawnData } from '../../support/drawn-data.js'
import { attempt, contents } from '../../support/mishaps.js'
import {
  architecture,
  bytesTokenizer,
  configuration,
  diskWith,
  smallAdClip,
} from '../../support/small-ad-clip.js'

const engine = onnxEngine()
const images = await drawnData(4)

type Images = Readonly<Record<string, Uint8Array>>

/** What a run from these images leaves, but for the digests of the lists of images, which training does not see. */
const filesOf = async (data: Images): Promise<Readonly<Record<string, string>>> => {
  const disk = diskWith(data)
  const before = Object.keys(contents(disk))
  expectRight((await attempt(smallAdClip(false), { engine, disk })).outcome)
  return Object.fromEntries(
    Object.entries(contents(disk)).filter(([path]) => !before.includes(path) && path !== 'run/inputs.json'),
  )
}

/** The images of a domain in other folders and under other names. */
const moved = (data: Images, domain: string, place: (path: string, i: number) => string): Images =>
  Object.fromEntries(
    Object.entries(data).map(([path, bytes], i) => [
      path.startsWith(`${domain}/`) ? place(path, i) : path,
      bytes,
    ]),
  )

const trained = await filesOf(images)

describe('training sees nothing of the labels of the target', () => {
  it('ends in the same weights, bit for bit, whichever class folders its images lie in', async () => {
    const shuffled = moved(images, 'sketch', (path, i) => {
      const name = classes[(7 * i + 2) % classes.length] ?? ''
      return `sketch/${name}/${path.split('/').at(-1)}`
    })
    expect(Object.keys(shuffled)).toHaveLength(Object.keys(images).length)
    expect(Object.keys(shuffled)).not.toEqual(Object.keys(images))
    expect(await filesOf(shuffled)).toEqual(trained)
  })

  it('nor does it see their names', async () => {
    const renamed = moved(images, 'sketch', (path, i) => `sketch/${path.split('/')[1]}/${1000 - i}.png`)
    expect(await filesOf(renamed)).toEqual(trained)
  })

  it('while the labels of the source are what it learns from', async () => {
    const shuffled = moved(images, 'photo', (path, i) => {
      const name = classes[(7 * i + 2) % classes.length] ?? ''
      return `photo/${name}/${path.split('/').at(-1)}`
    })
    const other = await filesOf(shuffled)
    expect(Object.keys(other)).toEqual(Object.keys(trained))
    expect(other['run/prompt_learner.safetensors']).not.toEqual(trained['run/prompt_learner.safetensors'])
  })
})

describe('a run that is resumed with another configuration', () => {
  it('is refused, in words that name what differs', async () => {
    const disk = diskWith(images)
    await attempt(smallAdClip(false), { engine, disk })
    const before = contents(disk)
    const { outcome } = await attempt(smallAdClip(true, { seed: 2, epochs: 3 }), { engine, disk })
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "start: run/run.json was begun with other values of epochs, seed
        → give the same values, or begin anew in another directory"
    `)
    expect(contents(disk)).toEqual(before)
  })

  it("is refused, in words that name the method's settings that differ", async () => {
    const disk = diskWith(images)
    await attempt(smallAdClip(false), { engine, disk })
    const { switches, ...sizes } = configuration.settings
    const settings = {
      ...sizes,
      levels: 1,
      switches: { ...switches, divergence: 'rowsAndFeatures' },
    } as const
    const { outcome } = await attempt(smallAdClip(true, { settings }), { engine, disk })
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "start: run/run.json was begun with other values of settings.levels, settings.switches.divergence
        → give the same values, or begin anew in another directory"
    `)
  })

  it('is refused by name where version 0.1 has written it, and so is its evaluation', async () => {
    const disk = diskWith(images)
    await attempt(smallAdClip(false), { engine, disk })
    const { settings, ...rest } = configuration
    const released = { ...rest, ...settings, contextTokens: 16, threshold: 0.6 }
    disk.files.set('run/run.json', Buffer.from(JSON.stringify(released)))
    const before = contents(disk)
    for (const procedure of [smallAdClip(true), evaluateAdaptation('run', bytesTokenizer)]) {
      const { outcome } = await attempt<unknown>(procedure, { engine, disk })
      expect(explain(expectLeft(outcome))).toBe(
        'run/run.json: it is a run of version 0.1, which this version does not read\n' +
          '  → train the run again, or use version 0.1',
      )
    }
    expect(contents(disk)).toEqual(before)
  })

  it('is not refused for another version of this library', async () => {
    const disk = diskWith(images)
    await attempt(smallAdClip(false), { engine, disk })
    const before = contents(disk)
    expectRight((await attempt(smallAdClip(true, { version: 'next' }), { engine, disk })).outcome)
    expect(contents(disk)).toEqual(before)
  })
})

describe('a run that begins anew where another one was', () => {
  it('is refused if the other one is finished, and leaves it as it is', async () => {
    const disk = diskWith(images)
    await attempt(smallAdClip(false), { engine, disk })
    const before = contents(disk)
    const { outcome } = await attempt(smallAdClip(false, { seed: 2 }), { engine, disk })
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "run: it holds a finished adaptation run
        → choose another folder; or resume the run that is there; or overwrite what is there, which removes it"
    `)
    expect(contents(disk)).toEqual(before)
  })

  it('leaves nothing of the other one, even if it dies at once', async () => {
    const disk = diskWith(images)
    await attempt(smallAdClip(false), { engine, disk })
    const twice = diskWith(images)
    await attempt(smallAdClip(false), { engine, disk: twice })
    const { instructions } = await attempt(smallAdClip(false, { seed: 2 }, { start: 'overwrite' }), {
      engine,
      disk: twice,
    })
    const mishap = { at: instructions.indexOf('compile'), tag: 'Crash' } as const
    await attempt(smallAdClip(false, { seed: 2 }, { start: 'overwrite' }), { engine, disk, mishap })
    expect(Object.keys(contents(disk)).filter((path) => path.startsWith('run/'))).toEqual([
      'run/run.json',
      'run/inputs.json',
    ])
    expectRight((await attempt(smallAdClip(true, { seed: 2 }), { engine, disk })).outcome)
    const undisturbed = diskWith(images)
    await attempt(smallAdClip(false, { seed: 2 }), { engine, disk: undisturbed })
    expect(contents(disk)).toEqual(contents(undisturbed))
  })
})

describe('a CLIP with another vocabulary than the tokenizer', () => {
  it.each([-1, 1])('is refused before anything is computed: %d tokens more', async (more) => {
    const tokens = architecture.vocabSize + more
    const disk = diskWith(images, { ...architecture, vocabSize: tokens })
    const { outcome, instructions } = await attempt(smallAdClip(false), { engine, disk })
    expect(explain(expectLeft(outcome))).toBe(
      `clip.safetensors: it is a CLIP of ${tokens} tokens, and the tokenizer writes those of a vocabulary of ` +
        `${architecture.vocabSize}\n  → take a CLIP with the vocabulary of the tokenizer`,
    )
    expect(instructions).not.toContain('compile')
  })
})

describe('a CLIP whose activation no configuration states', () => {
  it('is recorded in run.json with what is assumed, and the run is resumed with the same configuration', async () => {
    const disk = diskWith(images)
    expectRight((await attempt(smallAdClip(false), { engine, disk })).outcome)
    const recorded: unknown = JSON.parse(new TextDecoder().decode(disk.files.get('run/run.json')))
    expect(recorded).toMatchObject({ activation: 'quick-gelu', activationAssumed: true })
    expectRight((await attempt(smallAdClip(true), { engine, disk })).outcome)
    const other = await attempt(smallAdClip(true, { activation: 'gelu' }), { engine, disk })
    expect(explain(expectLeft(other.outcome))).toContain('was begun with other values of activation')
  })
})

describe('images that cannot be read', () => {
  it('are left out, as if they were not there', async () => {
    const broken = { ...images, 'photo/dog/dog-1.png': Uint8Array.of(1, 2, 3) }
    const without = Object.fromEntries(
      Object.entries(images).filter(([path]) => path !== 'photo/dog/dog-1.png'),
    )
    const [first, second] = [await filesOf(broken), await filesOf(without)]
    expect(first['run/prompt_learner.safetensors']).toEqual(second['run/prompt_learner.safetensors'])
  })
})
