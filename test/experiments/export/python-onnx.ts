/** The model in Python's ONNX Runtime, where there is one. */
import { spawnSync } from 'node:child_process'

const python = process.platform === 'win32' ? 'python' : 'python3'

/** Whether Python can import what the check needs. */
export const pythonHasOnnxRuntime = (): boolean =>
  spawnSync(python, ['-c', 'import numpy, onnxruntime'], { timeout: 60_000 }).status === 0

const script = `
import json, sys
import numpy, onnxruntime
path, images, shape = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
pixels = numpy.fromfile(images, dtype='<f4').reshape(shape)
rows = [session.run(['probabilities'], {'images': image[None]})[0][0].tolist() for image in pixels]
print(json.dumps({'metadata': session.get_modelmeta().custom_metadata_map, 'probabilities': rows}))
`

/** What Python prints of a model and of images in a file of float32. */
export const runInPython = (model: string, images: string, shape: readonly number[]): unknown => {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, model, images, JSON.stringify(shape)], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  return status === 0 ? JSON.parse(stdout) : { failed: stderr }
}
