/** Training, data, files, export. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  constant,
  evaluate,
  input,
  joinRows,
  linear,
  parameter,
  program,
  randomKey,
  sum,
  tensor,
} from '../../../src/dsl/index.js'
import { dataset } from '../../../src/data/index.js'
import { onnxEngine, referenceEngine, toOnnx } from '../../../src/engines/index.js'
import { decodeSafetensors, encodeSafetensors } from '../../../src/formats/index.js'
import { accuracy, meanSquaredError } from '../../../src/losses/index.js'
import { sgd } from '../../../src/optimizers/index.js'
import { compute, train } from '../../../src/training/index.js'
import type { Section } from './row.js'
import { runOnnx } from './run-onnx.js'

const [x, y] = [input('x', [4, 2]), input('y', [4, 1])]
const [w, b] = [parameter('w', [1, 2]), parameter('b', [1])]
const prediction = linear(x, w, b)
const loss = meanSquaredError(prediction, y)
const points = {
  x: tensor.f32([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ]),
  y: tensor.f32([[1], [4], [-1], [2]]),
}
const zeros = { w: tensor.f32([[0, 0]]), b: tensor.f32([0]) }
const trained = { w: tensor.f32([[3, -2]]), b: tensor.f32([1]) }

export const training: Section = {
  title: 'Training, data, files, export',
  introduction: 'Weights are values, kept apart from the program. `train` gives new ones.',
  file: 'test/documentation/from-pytorch/training.ts',
  rows: [
    {
      pytorch:
        'w.requires_grad_(); b.requires_grad_()\nopt = optim.SGD([w, b], lr=0.1)\nfor _ in range(20): opt.zero_grad(); F.mse_loss(F.linear(x, w, b), y).backward(); opt.step()\n[w, b]',
      jax: 'slope = jax.grad(lambda p: jnp.square(x @ p[0].T + p[1] - y).mean())\np = (w, b)\nfor _ in range(20): p = jax.tree.map(lambda v, g: v - 0.1 * g, p, slope(p))\np',
      ours: async () => {
        const { weights } = await train({
          objective: { loss },
          optimizer: sgd({ learningRate: 0.1 }),
          weights: zeros,
          batches: () => points,
          steps: 20,
          engine: referenceEngine,
        })
        return [weights['w'], weights['b']]
      },
      values: { ...points, ...zeros },
      note: 'forward pass, gradient and update are one program. `trainingRun` is the same as an effect; with `directory` it keeps checkpoints and resumes',
    },
    {
      pytorch:
        'b.requires_grad_()\nopt = optim.SGD([b], lr=0.1)\nfor _ in range(20): opt.zero_grad(); F.mse_loss(F.linear(x, w, b), y).backward(); opt.step()\n[w, b]',
      ours: async () => {
        const { weights } = await train({
          objective: { loss, isTrainable: (name) => name === 'b' },
          optimizer: sgd({ learningRate: 0.1 }),
          weights: zeros,
          batches: () => points,
          steps: 20,
          engine: referenceEngine,
        })
        return [weights['w'], weights['b']]
      },
      values: { ...points, ...zeros },
      note: 'frozen weights, by name; no gradient of them is computed',
    },
    {
      pytorch: 'with torch.no_grad(): found = F.linear(x, w, b)\nfound',
      jax: 'x @ w.T + b',
      ours: () =>
        pipe(
          program({ x }, { prediction }),
          E.chain((of) => evaluate(of, { ...points, ...trained })),
          E.match(
            () => [],
            (outputs) => [outputs.prediction],
          ),
        ),
      values: { ...points, ...trained },
      note: 'the reference: slow, in float64. Faults are values, here left out',
    },
    {
      pytorch: 'torch.compile(lambda x: F.linear(x, w, b), backend="eager")(x)',
      jax: 'jax.jit(lambda x: x @ w.T + b)(x)',
      ours: async () => {
        const found = await compute({
          outputs: { prediction },
          weights: trained,
          inputs: points,
          engine: onnxEngine(),
        })
        return found.prediction
      },
      values: { ...points, ...trained },
      note: 'an engine compiles the whole program, in float32; `Engine.compile` for many runs',
    },
    {
      pytorch: 'sum(p.numel() for p in nn.Linear(2, 1).parameters())',
      jax: 'sum(p.size for p in jax.tree.leaves((w, b)))',
      ours: () => tensor.i32(Object.values(zeros).reduce((total, { data }) => total + data.length, 0)),
      values: zeros,
      note: '`program.parameters` lists names and shapes',
    },
    {
      pytorch:
        'loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x), batch_size=2, shuffle=True)\ntorch.cat([batch for batch, in loader]).sum(0)',
      ours: () => {
        const { batches } = dataset({ x: points.x }).shuffled(randomKey.keyFromSeed(0))
        const epoch = [0, 1].map(batches(2))
        const rows = epoch.flatMap((batch) => (E.isRight(batch) ? (batch.right['x'] ?? []) : []))
        return sum(constant([4, 2], [...joinRows(rows).data]), 0)
      },
      values: points,
      note: 'batches are a function of the number of the step: the same seed gives the same batches, also after a resume. Here one epoch is summed',
    },
    {
      pytorch: '(logits.argmax(-1) == labels).to(torch.float64).mean()',
      jax: '(logits.argmax(-1) == labels).mean()',
      ours: () => accuracy(input('logits', [4, 3]), input('labels', [4], 'i32')),
      values: { labels: tensor.i32([0, 2, 1, 2]) },
      note: 'a metric is an output of the program: `report` of an objective, or `evaluateOn`',
    },
    {
      pytorch:
        'import io\nfile = io.BytesIO()\ntorch.save({"w": w, "b": b}, file); file.seek(0)\nlist(torch.load(file).values())',
      ours: () =>
        pipe(
          encodeSafetensors('model', trained),
          E.chain((parts) => decodeSafetensors('model', Buffer.concat(parts))),
          E.match(
            () => [],
            ({ tensors }) => [tensors['w'], tensors['b']],
          ),
        ),
      values: trained,
      note: '`.safetensors`, which PyTorch and JAX read with the package `safetensors`; not `.pt`. `writeSafetensors` writes a file',
    },
    {
      pytorch: 'F.linear(x, w, b)',
      ours: () => {
        const file = pipe(
          program({ x }, { prediction }),
          E.chainW((of) => toOnnx(of, { weights: trained })),
        )
        return runOnnx(file, points)
      },
      values: { ...points, ...trained },
      note: '`torch.onnx.export`; standard operators only. Here the file is run in ONNX Runtime, and compared with PyTorch',
    },
  ],
}
