import { describe, expect, it } from 'vitest'
import type * as Effect from '../../src/effects/effect.js'
import { explain } from '../../src/effects/explain.js'
import { interpret } from '../../src/effects/interpreter.js'
import { checkOutputFile, checkOutputFolder } from '../../src/effects/outputs.js'
import { memoryWorld } from '../../src/effects/runtimes/memory-runtime.js'
import { memoryDisk } from '../../src/effects/runtimes/memory-files.js'
import { convertClip } from '../../src/formats/checkpoints/convert.js'
import { exportRun } from '../../src/experiments/export/export-run.js'
import { expectLeft, expectRight } from '../expect-either.js'
import { bytesTokenizer } from '../support/small-ad-clip.js'
import { countingEngine } from '../support/testing-engine.js'

const disk = memoryDisk({
  'model.onnx': Uint8Array.of(1),
  'own/config.json': Uint8Array.of(1),
  'own/notes.txt': Uint8Array.of(1),
  'photos/a.png': Uint8Array.of(1),
})
const running = <A>(effect: Effect.Effect<A>) =>
  interpret(effect)(memoryWorld({ engine: countingEngine, disk }).runtime)()
const said = async <A>(effect: Effect.Effect<A>) => explain(expectLeft(await running(effect)))

describe('a file that would be written', () => {
  it('replaces none that is there unless that is asked for, and never a folder', async () => {
    expectRight(await running(checkOutputFile('new/model.onnx', { overwrite: false })))
    expectRight(await running(checkOutputFile('model.onnx', { overwrite: true })))
    expect(await said(checkOutputFile('model.onnx', { overwrite: false }))).toBe(
      'model.onnx: there is a file of that name\n' +
        '  → choose another file; or overwrite what is there, which removes it',
    )
    for (const overwrite of [true, false])
      expect(await said(checkOutputFile('photos', { overwrite }))).toBe(
        'photos: it is a folder\n  → choose another file',
      )
  })

  it('is an exported or converted model, too, before anything is read', async () => {
    const exported = (out: string) => exportRun('run', { tokenizer: bytesTokenizer, out })
    expect(await said(exported('photos'))).toContain('photos: it is a folder')
    expect(await said(exported('model.onnx'))).toContain('model.onnx: there is a file of that name')
    const converted = (output: string, overwrite: boolean) =>
      convertClip('missing', { convention: 'openai', output, overwrite })
    expect(await said(converted('photos', true))).toContain('photos: it holds: a.png')
    expect(await said(converted('own', false))).toContain('own: it holds: config.json')
    expect(await said(converted('own', true))).toContain('missing: no such')
    expect(await said(converted('model.onnx', false))).toContain('model.onnx: it is a file')
  })
})

describe('a folder that would be written into', () => {
  const own = (name: string): boolean => name === 'config.json'

  it('may hold files that are replaced, if that is asked for, and no others', async () => {
    expectRight(await running(checkOutputFolder('new', { own, overwrite: false })))
    expectRight(await running(checkOutputFolder('own', { own, overwrite: true })))
    expect(await said(checkOutputFolder('own', { own, overwrite: false }))).toContain('it holds: config.json')
    expect(await said(checkOutputFolder('photos', { own, overwrite: true }))).toBe(
      'photos: it holds: a.png\n  → choose another folder',
    )
  })
})
