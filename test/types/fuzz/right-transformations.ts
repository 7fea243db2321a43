/**
 * Calls that are right by construction: loops, functions of one example applied to a batch, derivatives, gradients of one's
 * own. The functions are fixed; the tensors that they are given change.
 */
import * as fc from 'fast-check'
import type { Call, RightCalls } from './call.js'
import { argumentText, call, fixed, number, record, tensor, tuple } from './call.js'
import { axisOf, dim, drawn, fromFront, narrowed, numeric, shape } from './draw.js'

const reading = (read: string, of: Call): Call => ({ ...of, read })

export const rightTransformations: RightCalls = {
  scan: drawn((draw) => {
    const [full, of] = [draw(shape(1, 3)), draw(numeric)]
    const axis = draw(axisOf(full.length))
    const slice = full.toSpliced(fromFront(axis, full.length), 1)
    return reading(
      draw(fc.constantFrom('.outputs', '.carry')),
      call(
        'scan',
        record({ carry: tensor(slice, of), sequences: tensor(full, of), axis: number(axis) }),
        fixed('(carry, x) => ({ carry: add(carry, x), outputs: mul(carry, x) })'),
      ),
    )
  }),
  whileLoop: drawn((draw) =>
    reading(
      '.x',
      call(
        'whileLoop',
        record({
          carry: record({ x: tensor(draw(shape(0, 3)), draw(numeric)) }),
          bound: fixed('100'),
        }),
        fixed('({ x }) => less(sum(x), 10)'),
        fixed('({ x }) => ({ x: mul(x, 2) })'),
      ),
    ),
  ),
  vmap: drawn((draw) => {
    const [examples, example, of] = [draw(dim), draw(shape(0, 3)), draw(numeric)]
    return call(
      'vmap',
      fixed(draw(fc.constantFrom('(x, y) => add(x, y)', '(x, y) => mul(sum(x), y)'))),
      tensor([examples, ...example], of),
      tensor([examples, ...draw(narrowed(example))], of),
    )
  }),
  jvp: drawn((draw) => {
    const full = draw(shape(0, 3))
    const other = draw(narrowed(full))
    return reading(
      draw(fc.constantFrom('[0]', '[1]')),
      call(
        'jvp',
        fixed('(x, y) => mul(exp(x), y)'),
        tuple([tensor(full), tensor(other)]),
        tuple([tensor(full), tensor(other)]),
      ),
    )
  }),
  jacobian: drawn((draw) =>
    call(
      'jacobian',
      fixed(draw(fc.constantFrom('(x) => exp(x)', '(x) => sum(exp(x))', '(x) => logSumExp(x, -1)'))),
      tensor(draw(shape(1, 3))),
    ),
  ),
  hessian: drawn((draw) => call('hessian', fixed('(x) => sum(exp(x))'), tensor(draw(shape(0, 3))))),
  perExampleGradients: drawn((draw) => {
    const [examples, example] = [draw(dim), draw(shape(0, 3))]
    const weight = argumentText(tensor(draw(narrowed(example))), 'w').replace('input', 'parameter')
    return reading(
      '.w',
      call(
        'perExampleGradients',
        fixed(`(x) => sum(mul(x, ${weight}))`),
        record({ w: fixed(weight) }),
        tensor([examples, ...example]),
      ),
    )
  }),
  withGradient: drawn((draw) => {
    const value = draw(shape(0, 3))
    return call(
      'withGradient',
      tensor(value),
      record({ x: tensor(value), y: tensor([]) }),
      fixed('(cotangent) => ({ x: cotangent, y: sum(cotangent) })'),
    )
  }),
  checkpoint: drawn((draw) => {
    const full = draw(shape(0, 3))
    return call(
      'checkpoint',
      fixed('(x, y) => mul(exp(x), y)'),
      tensor(draw(narrowed(full))),
      tensor(draw(narrowed(full))),
    )
  }),
}
