/** A whole AD-CLIP run that is killed, torn, stopped, or fails at each of its instructions in turn, and is resumed. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { faultsIn } from '../../../scripts/crashes/readable.js'
import type { InstructionName } from '../../../src/effects/instruction.js'
import type { MemoryDisk } from '../../../src/effects/runtimes/memory-files.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import type { PresetName } from '../../../src/methods/index.js'
import { expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import type { Mishap } from '../../support/mishaps.js'
import { attempt, contents } from '../../support/mishaps.js'
import { diskWith, smallAdClip, smallConfiguration } from '../../support/small-ad-clip.js'

const engine = onnxEngine({ threads: 1 })
const images = await drawnData(2)

const writing: readonly InstructionName[] = ['writeFile', 'appendLine', 'appendBytes', 'moveFile']
const onFiles: readonly InstructionName[] = [
  ...writing,
  ...(['readFile', 'readRange', 'listFolder', 'makeFolder', 'pathStatus', 'remove'] as const),
  ...(['lockFolder', 'unlockFolder', 'hashFile', 'decodeImages'] as const),
]

const full = { tag: 'FileRefused', path: 'disk', action: 'write', reason: 'it is full' } as const

/** All that can happen at an instruction. */
const mishapsAt = (name: InstructionName, at: number): readonly Mishap[] => [
  { at, tag: 'Crash' },
  ...(writing.includes(name) ? [{ at, tag: 'Tear' } as const] : []),
  ...(name.startsWith('append') ? [{ at, tag: 'ShortWrite', failure: full } as const] : []),
  ...(onFiles.includes(name) ? [{ at, tag: 'Fail', failure: full } as const] : []),
  ...(name === 'yieldControl' ? [{ at, tag: 'Stop' } as const] : []),
]

const filesOf = ({ files }: MemoryDisk) =>
  new Map(
    [...files].filter(([path]) => path.startsWith('run/')).map(([path, bytes]) => [path, Buffer.from(bytes)]),
  )

/** All that is on a disk, as one text. */
const stateOf = ({ files, folders }: MemoryDisk): string =>
  JSON.stringify([
    [...files]
      .map(([path, bytes]) => `${path} ${createHash('sha256').update(bytes).digest('hex')}`)
      .toSorted(),
    [...folders].toSorted(),
  ])

describe.each<{ readonly preset: PresetName }>([{ preset: 'reference' }, { preset: 'robust' }])(
  'adapting a CLIP by preset $preset',
  ({ preset }) => {
    const { settings } = smallConfiguration('ad-clip', preset)
    const run = () => smallAdClip(true, { preset, settings, templates: ['a {}.'], augmentation: 'none' })

    it('leaves only what can be read, and ends in the same files, whatever happens at whichever instruction', async () => {
      const whole = diskWith(images)
      const { outcome, instructions } = await attempt(run(), { engine, disk: whole })
      expectRight(outcome)
      const mishaps = instructions.flatMap(mishapsAt)
      for (const tag of ['Crash', 'Tear', 'ShortWrite', 'Fail', 'Stop'] as const)
        expect(mishaps.filter((mishap) => mishap.tag === tag).length, tag).toBeGreaterThan(1)
      const resumed = new Set<string>()
      for (const mishap of mishaps) {
        const disk = diskWith(images)
        await attempt(run(), { engine, disk, mishap })
        const where = `${mishap.tag} at ${mishap.at}: ${instructions[mishap.at]}`
        expect(faultsIn(filesOf(disk)), where).toEqual([])
        // A process knows nothing but the disk of the one before it: the same disk is resumed once.
        const left = stateOf(disk)
        if (resumed.has(left)) continue
        resumed.add(left)
        expectRight((await attempt(run(), { engine, disk })).outcome)
        expect(contents(disk), where).toEqual(contents(whole))
      }
      expect(resumed.size).toBeGreaterThan(10)
    }, 1_800_000)
  },
)
