import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/effects/explain.js'
import { onnxEngine } from '../../../src/engines/onnx/engine.js'
import { pretrainClip } from '../../../src/experiments/pretraining/pretrain.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { drawnData } from '../../support/drawn-data.js'
import { attempt } from '../../support/mishaps.js'
import { bytesTokenizer, diskWith } from '../../support/small-ad-clip.js'
import { smallPretraining } from '../../support/small-pretraining.js'

const engine = onnxEngine({ threads: 1 })
const images = await drawnData(1)

describe('a pretraining that is resumed', () => {
  it('is refused where its images have changed, and goes on where they have moved', async () => {
    const disk = diskWith(images)
    const pretrain = (resume: boolean, data?: string) =>
      attempt(
        pretrainClip(smallPretraining, {
          ...{ directory: 'run', tokenizer: bytesTokenizer, start: resume ? 'resume' : 'new' },
          ...(data === undefined ? {} : { data }),
        }),
        { engine, disk },
      )
    const weights = expectRight((await pretrain(false)).outcome)

    disk.files.set('data/photo/dog/more.png', images['photo/dog/dog-0.png'] ?? new Uint8Array())
    expect(explain(expectLeft((await pretrain(true)).outcome))).toContain(
      "domain 'photo' has 1 image more (3 then, 4 now)",
    )

    disk.files.delete('data/photo/dog/more.png')
    for (const [path, bytes] of [...disk.files])
      if (path.startsWith('data/')) disk.files.set(`new/${path}`, bytes)
    for (const folder of [...disk.folders]) if (folder.startsWith('data')) disk.folders.add(`new/${folder}`)
    expect(expectRight((await pretrain(true, 'new/data')).outcome)).toEqual(weights)
  })
})
