/** A small text classifier: a transformer from scratch. Every shape is checked while you type. */
import type { Dim, DimHandle, Tensor } from 'tensile'
import {
  add,
  dim,
  einsum,
  embedding,
  gelu,
  gradients,
  input,
  layerNorm,
  linear,
  mean,
  mul,
  parameter,
  program,
  rearrange,
  softmax,
  times,
} from 'tensile'
import { crossEntropy } from 'tensile/losses'

const normalised = <B extends Dim, L extends Dim, W extends Dim>(
  name: string,
  x: Tensor<[B, L, W]>,
  width: DimHandle<W>,
): Tensor<[B, L, W]> => layerNorm(x, parameter(`${name}.gain`, [width]), parameter(`${name}.bias`, [width]))

const project = <B extends Dim, L extends Dim, I extends Dim, O extends Dim>(
  name: string,
  x: Tensor<[B, L, I]>,
  inputs: DimHandle<I>,
  outputs: DimHandle<O>,
): Tensor<[B, L, O]> =>
  linear(x, parameter(`${name}.weight`, [outputs, inputs]), parameter(`${name}.bias`, [outputs]))

const [heads, headWidth] = [dim(4), dim(16)]
const width = times(heads, headWidth)
const hidden = times(dim(4), width)

/** Every position looks at every other one, in four heads of 16 features (Vaswani et al. 2017, sec. 3.2). */
const attention = (name: string, x: Tensor<['B', 'L', 64]>): Tensor<['B', 'L', 64]> => {
  const head = (part: string) =>
    rearrange(project(`${name}.${part}`, x, width, width), 'b l (h e) -> b h l e', { h: 4 })
  const scores = einsum('b h q e, b h k e -> b h q k', mul(head('queries'), 1 / Math.sqrt(16)), head('keys'))
  const mixed = einsum('b h q k, b h k e -> b h q e', softmax(scores, -1), head('values'))
  return project(`${name}.out`, rearrange(mixed, 'b h l e -> b l (h e)'), width, width)
}

const block = (name: string, x: Tensor<['B', 'L', 64]>): Tensor<['B', 'L', 64]> => {
  const attended = add(x, attention(`${name}.attention`, normalised(`${name}.norm1`, x, width)))
  const inner = gelu(project(`${name}.up`, normalised(`${name}.norm2`, attended, width), width, hidden))
  return add(attended, project(`${name}.down`, inner, hidden, width))
}

const tokens = input('tokens', ['B', 'L'], 'i32')
const labels = input('labels', ['B'], 'i32')
const table = parameter('embedding', [1000, width])

const encoded = block('block2', block('block1', embedding(table, tokens)))
const logits = linear(mean(encoded, 1), parameter('head', [5, width]))
const loss = crossEntropy(logits, labels)

/** The loss, and the gradient of the token table. */
export const classifier = program({ tokens, labels }, { loss, ...gradients(loss, { table }) })
