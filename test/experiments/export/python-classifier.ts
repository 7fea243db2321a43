/** An exported classifier in Python's ONNX Runtime. */
import { spawnSync } from 'node:child_process'
import { python } from '../../support/python-onnx-runtime.js'

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
