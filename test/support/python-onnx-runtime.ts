/** ONNX Runtime in Python, where there is one. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as t from 'io-ts'
import type { NamedValues } from '../../src/values/named-values.js'
import { expectRight } from '../expect-either.js'

export const python = process.platform === 'win32' ? 'python' : 'python3'

/** Whether Python can import what the checks need. */
export const pythonHasOnnxRuntime = (): boolean =>
  spawnSync(python, ['-c', 'import numpy, onnxruntime'], { timeout: 60_000 }).status === 0

const script = `
import json, sys
import numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
types = {'f32': numpy.float32, 'i32': numpy.int32, 'bool': numpy.bool_}
def array(value):
    return numpy.array(value['data'], types[value['dtype']]).reshape(value['shape'])
results = []
for feeds in json.load(sys.stdin):
    outputs = session.run(None, {name: array(value) for name, value in feeds.items()})
    results.append([{'shape': list(output.shape), 'data': output.ravel().tolist()} for output in outputs])
print(json.dumps(results))
`

const Results = t.array(t.array(t.type({ shape: t.array(t.number), data: t.array(t.number) })))

/** The outputs of a model in Python, in their order, for each of the feeds. */
export const runInPython = (model: Uint8Array, feeds: readonly NamedValues[]): t.TypeOf<typeof Results> => {
  const folder = mkdtempSync(join(tmpdir(), 'python-onnx-'))
  const path = join(folder, 'model.onnx')
  writeFileSync(path, model)
  const plain = feeds.map((values) =>
    Object.fromEntries(
      Object.entries(values).map(([name, { data, ...rest }]) => [name, { ...rest, data: [...data] }]),
    ),
  )
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, path], {
    input: JSON.stringify(plain),
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 2 ** 28,
  })
  rmSync(folder, { recursive: true })
  if (status !== 0) throw new Error(`Python: ${stderr}`)
  return expectRight(Results.decode(JSON.parse(stdout)))
}
