/**
 * `npm run memory:table -- [--methods cocoop,pda] [--sizes middle] [--processes 3]`: the memory that a training step takes, as `engineMemory` predicts it and as
 * a process of its own holds it at most beyond its idle level (RssAnon after a step, ONNX Runtime, one thread), in MiB. Ends with 1 if a prediction is off by
 * more than 15 %, and more than 4 MiB. Of several processes it prints the one in the middle.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measuredCases } from './cases.js'
import { isOff, measuredBytes } from './measured.js'

const { values } = parseArgs({
  options: {
    methods: { type: 'string' },
    sizes: { type: 'string' },
    processes: { type: 'string', default: '1' },
  },
})
const isChosen = (names: string | undefined, name: string): boolean =>
  names === undefined || names.split(',').includes(name)

const script = fileURLToPath(new URL('measured-step.js', import.meta.url))
const inMebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

console.log('| method | CLIP | images | classes | predicted, MiB | measured, MiB | ratio | fitted |')
console.log('| --- | --- | --: | --: | --: | --: | --: | --- |')
for (const each of measuredCases) {
  const { method, size, isFitted } = each
  if (!isChosen(values.methods, method) || !isChosen(values.sizes, size.name)) continue
  const bytes = measuredBytes(script, each, Number(values.processes))
  if (isOff(bytes)) process.exitCode = 1
  const images = method === 'pretrain' ? String(size.batch) : `${size.batch} + ${size.batch}`
  const { predicted, measured } = bytes
  console.log(
    `| ${method} | ${size.name} | ${images} | ${size.classes} | ${inMebibytes(predicted)} | ${inMebibytes(measured)} | ${(predicted / measured).toFixed(2)} | ${isFitted ? 'yes' : 'no'} |`,
  )
}
