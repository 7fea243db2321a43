import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { adaptMira, miraAdClip, miraMethod, miraTokenizer } from '../../examples/mira-adapt.js'
import { miraTowers } from '../../examples/mira-towers.js'
import { encodePrompts, embedBytes, endsOf, tokenize } from '../../examples/mira.js'
import { tokenRows } from '../../src/experiments/adaptation/class-prompts.js'
import { onnxEngine } from '../../src/engines/onnx/engine.js'
import { interpret } from '../../src/effects/interpreter.js'
import { nodeRuntime } from '../../src/effects/runtimes/node-runtime.js'
import { silentTerminal } from '../../src/effects/runtimes/terminal.js'
import { input, programOfNodes, randomKey, sized } from '../../src/dsl/index.js'
import type { TensorValue } from '../../src/dsl/index.js'
import { inductiveNames, methodOn } from '../../src/methods/index.js'
import { expectRight } from '../expect-either.js'
import { drawn, expectClose, f32, i32, numbersOf } from '../support/evaluation.js'

describe('examples/mira-towers.ts', () => {
  it('encodes a short row of bytes as MIRA encodes it with zero bytes after it', () => {
    const { rows } = expectRight(tokenRows(miraTokenizer, ['bags', 'dress'], 128))
    const short = input('short', ['K', sized('X', 7)], 'i32')
    const whole = input('whole', ['K', 128], 'i32')
    const { embed, encode } = miraTowers.text
    const [ours, theirs] = [
      encode(embed(short), miraTowers.text.endsOf(short)),
      encodePrompts(embedBytes(whole), endsOf(whole)),
    ]
    const program = expectRight(programOfNodes({ ours: ours.node }))
    const weights = Object.fromEntries(
      program.parameters.map(({ attributes: { name, shape } }, i): [string, TensorValue] => [
        name,
        drawn(i, shape.map(Number), 0.3),
      ]),
    )
    const values = {
      ...weights,
      short: rows,
      whole: i32([2, 128], [...tokenize('bags'), ...tokenize('dress')]),
    }
    expectClose(numbersOf(ours, values), numbersOf(theirs, values), 1e-12)
  })

  it.each(inductiveNames)('are all that %s needs', (name) => {
    const method = methodOn(miraTowers, miraMethod(name), { templateTokens: 4 })
    const guessed = { features: drawn(2, [2, 128]), probabilities: f32([2, 2], [0.9, 0.1, 0.2, 0.8]) }
    const values = method.initialParameters({
      key: randomKey.keyFromSeed(1),
      classCount: 2,
      targetCount: 9,
      clipWeights: { [miraTowers.text.embeddingTable]: drawn(1, [256, 64]) },
      promptRows: i32([2, 7], [2, 0, 0, 0, 0, 97, 3, 2, 0, 0, 0, 0, 98, 3]),
      classPrior: f32([2], [0.5, 0.5]),
      images: { source: { ...guessed, labels: [0, 1] }, target: guessed },
    })
    expect(Object.keys(values).filter((parameter) => /^(text|vision)_encoder/.test(parameter))).toEqual([])
  })
})

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url))

/** A few images of each class and domain, in a folder of their own. */
const fewImages = async (to: string): Promise<string> => {
  for (const domain of ['photo', 'silhouette']) {
    const from = join(shared, 'data/fashion', domain)
    for (const name of await readdir(from)) {
      await mkdir(join(to, domain, name), { recursive: true })
      for (const file of (await readdir(join(from, name))).toSorted().slice(0, 2))
        await copyFile(join(from, name, file), join(to, domain, name, file))
    }
  }
  return to
}

describe.skipIf(!existsSync(join(shared, 'models/mira')))('examples/mira-adapt.ts', () => {
  it('adapts MIRA by preset robust, with pseudo-labels and selection', async () => {
    const root = await mkdtemp(join(tmpdir(), 'mira-'))
    const evaluation = expectRight(
      await interpret(
        adaptMira({
          model: join(shared, 'models/mira/model.safetensors'),
          data: await fewImages(join(root, 'data')),
          directory: join(root, 'run'),
          method: { ...miraAdClip, batch: 4 },
        }),
      )(nodeRuntime(onnxEngine(), silentTerminal))(),
    )
    expect(await readdir(join(root, 'run'))).toEqual(
      expect.arrayContaining(['best.safetensors', 'evaluation.json', 'validation.jsonl']),
    )
    await rm(root, { recursive: true })
    expect(evaluation.zeroShot.count).toBe(12)
    expect(evaluation.adapted.balanced).toBeGreaterThan(0)
  }, 600_000)
})
