/** Programs that must compile: functions of one example applied to many, replaced parameters. */
import type { AcceptedProgram } from './accepted-program.js'

export const acceptedTransformations: readonly AcceptedProgram[] = [
  {
    shows: 'a function of one example applied to a batch, with types that the arguments give',
    program: `vmap((x, y) => mul(sum(x), y), input('xs', ['B', 3]), input('ys', ['B']))`,
    shape: ['B'],
  },
  {
    shows: 'a function of one example with stated types',
    program: `const lengths = (x: Tensor<[3, 4]>) => sum(square(x), 1)
vmap(lengths, input('xs', [8, 3, 4]))`,
    shape: [8, 3],
  },
  {
    shows: 'a record of results of all examples',
    program: `vmap((x) => ({ first: x, second: [sum(x), x] }), input('xs', ['B', 3])).second[1]`,
    shape: ['B', 3],
  },
  {
    shows: 'vmap inside vmap',
    program: `const xs = input('xs', ['B', 3]); vmap((x) => vmap((y) => sum(mul(x, y)), xs), xs)`,
    shape: ['B', 'B'],
  },
  {
    shows: 'the gradients of every example',
    program: `const w = parameter('w', [3]); vmap((x) => gradients(sum(mul(x, w)), { w }), input('xs', ['B', 3])).w`,
    shape: ['B', 3],
  },
  {
    shows: 'vmap in generic code',
    program: `const squares = <N, S extends readonly unknown[]>(xs: Tensor<[N, ...S]>) => vmap((x) => mul(x, x), xs)
squares(input('xs', ['B', 3, 'L']))`,
    shape: ['B', 3, 'L'],
  },
  {
    shows: 'a parameter replaced by an expression of it',
    program: `const w = parameter('w', [10, 512])
const adapted = add(w, matmul(parameter('up', [10, 4]), parameter('down', [4, 512])))
substitute(linear(input('x', ['B', 512]), w), [replacement(w, adapted)])`,
    shape: ['B', 10],
  },
  {
    shows: 'a value with a gradient of one’s own for a record of inputs, in generic code',
    program: `const straight = <S>(x: Tensor<S>) => withGradient(round(x), { x }, (cotangent) => ({ x: cotangent }))
straight(input('x', ['B', 3]))`,
    shape: ['B', 3],
  },
  {
    shows: 'a checkpoint of a function of two arguments',
    program: `checkpoint((x, w) => tanh(matmul(x, w)), input('x', ['B', 3]), parameter('w', [3, 5]))`,
    shape: ['B', 5],
  },
  {
    shows: 'a loop that stops by itself, with a record as its carry and a run-time bound',
    program: `const halved = (bound: number) =>
  whileLoop({ carry: { x: input('x', ['B', 3]) }, bound }, ({ x }) => less(1, sum(x)), ({ x }) => ({ x: mul(x, 0.5) }))
halved(20).x`,
    shape: ['B', 3],
  },
]
