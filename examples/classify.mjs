// Classifies images with a model that `adclip export` wrote: needs onnxruntime-node and sharp, and nothing of tensile.
//
//   node classify.mjs classifier.onnx image.jpg ...
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'

const [model, ...paths] = process.argv.slice(2)
const { classes, preprocessing } = JSON.parse(await readFile(model.replace(/\.onnx$/, '.json'), 'utf8'))
const { resize, scale, mean, standardDeviation } = preprocessing
const side = resize.shorterSide ?? resize.longerSide ?? resize.width
const fit = resize.shorterSide ? 'cover' : resize.longerSide ? 'contain' : 'fill'

/** The square that the model was trained on, colour by colour, as CLIP was trained on them. */
const prepare = async (path) => {
  const pixels = await sharp(path)
    .flatten({ background: 'black' })
    .toColourspace('srgb')
    .resize(side, side, { fit, kernel: 'cubic', background: 'black' })
    .removeAlpha()
    .raw()
    .toBuffer()
  return Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const [colour, place] = [Math.floor(i / (side * side)), i % (side * side)]
    return (pixels[3 * place + colour] * scale - mean[colour]) / standardDeviation[colour]
  })
}

const session = await InferenceSession.create(model)
for (const path of paths) {
  const images = new Tensor('float32', await prepare(path), [1, 3, side, side])
  const { probabilities } = await session.run({ images })
  const best = probabilities.data.reduce((most, share, k, all) => (share > all[most] ? k : most), 0)
  console.log(`${path}: ${classes[best]} ${(100 * probabilities.data[best]).toFixed(0)} %`)
}
