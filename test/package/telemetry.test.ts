import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const engine = resolve('dist/engines/index.js')
const script = `
import { onnxEngine } from ${JSON.stringify(engine)}
import { add, input, program } from ${JSON.stringify(resolve('dist/dsl/index.js'))}
const x = input('x', [2])
const doubled = program({ x }, { y: add(x, x) })
if (doubled._tag === 'Left') throw new Error('no program')
const compiled = await onnxEngine().compile(doubled.right, { sizes: {}, weights: {}, state: [] })()
if (compiled._tag === 'Left') throw new Error(JSON.stringify(compiled.left))
const x2 = { dtype: 'f32', shape: [2], data: Float32Array.of(1, 2) }
const ran = await compiled.right.run({ x: x2 })()
console.log(JSON.stringify([...ran.right.y.data]))
`

test('the engine onnx writes nothing into the cache and home folders of the user', async () => {
  const home = await mkdtemp(join(tmpdir(), 'home-'))
  try {
    const { ORT_DISABLE_TELEMETRY: _, ...environment } = process.env
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { env: { ...environment, HOME: home, XDG_CACHE_HOME: join(home, 'cache') } },
    )
    expect(stdout.trim()).toBe('[2,4]')
    expect(await readdir(home)).toEqual([])
  } finally {
    await rm(home, { recursive: true })
  }
})
