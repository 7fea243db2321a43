/** Derivatives, vectorization, loops. */
import {
  abs,
  add,
  checkpoint,
  div,
  exp,
  full,
  gradient,
  gradients,
  greater,
  hessian,
  input,
  jacobian,
  jvp,
  linear,
  linearRecurrence,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  norm,
  parameter,
  perExampleGradients,
  prod,
  relu,
  replacement,
  round,
  scan,
  sin,
  softmax,
  square,
  std,
  stopGradient,
  sub,
  substitute,
  sum,
  tanh,
  tensor,
  vjp,
  vmap,
  where,
  whileLoop,
  withGradient,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const x = input('x', [3])
const u = input('u', [3])
const xs = input('xs', [4, 3])
const ys = input('ys', [5, 3])
const w = parameter('w', [2, 3])
const bias = parameter('bias', [2])
const down = parameter('down', [1, 3])
const up = parameter('up', [2, 1])
const cell = parameter('cell', [3, 3])
const decay = input('decay', [4, 3])
const loss = mean(square(sub(linear(xs, w, bias), 1)))

export const transformations: Section = {
  title: 'Derivatives, vectorization, loops',
  introduction:
    'Functions of tensors are called once, while the program is built. [Transformations](transformations.md) has more of each.',
  file: 'test/documentation/from-pytorch/transformations.ts',
  rows: [
    {
      pytorch: 'x.requires_grad_()\ntorch.autograd.grad(torch.sin(x).sum(), x)[0]',
      jax: 'jax.grad(lambda x: jnp.sin(x).sum())(x)',
      ours: () => gradient(sum(sin(x)), x),
      note: 'the gradient is a tensor like any other: of an expression, by a tensor in it. No `requires_grad`, no tape',
    },
    {
      pytorch: 'torch.func.grad(lambda p: (F.linear(xs, *p) - 1).square().mean())((w, bias))',
      jax: 'jax.grad(lambda p: jnp.square(xs @ p[0].T + p[1] - 1).mean())((w, bias))',
      ours: () => {
        const slopes = gradients(loss, { w, bias })
        return [slopes.w, slopes.bias]
      },
    },
    {
      pytorch:
        'torch.func.grad(lambda x: torch.func.grad(lambda x: torch.sin(x).sum())(x).square().sum())(x)',
      jax: 'jax.grad(lambda x: jnp.square(jax.grad(lambda x: jnp.sin(x).sum())(x)).sum())(x)',
      ours: () => gradient(sum(square(gradient(sum(sin(x)), x))), x),
      note: 'no `create_graph`',
    },
    {
      pytorch: 'torch.func.grad(lambda x: F.relu(x).sum())(x)',
      jax: 'jax.grad(lambda x: nn.relu(x).sum())(x)',
      ours: () => gradient(sum(relu(x)), x),
      values: { x: tensor.f32([-1, 0, 1]) },
      note: '0 at 0',
    },
    {
      pytorch: 'torch.func.grad(lambda x: x.abs().sum())(x)',
      ours: () => gradient(sum(abs(x)), x),
      values: { x: tensor.f32([-1, 0, 1]) },
      note: '0 at 0, as in PyTorch; 1 in JAX',
    },
    {
      pytorch: 'torch.func.grad(lambda x: (torch.maximum(x, u) + torch.minimum(x, 2 * u)).sum())(x)',
      jax: 'jax.grad(lambda x: (jnp.maximum(x, u) + jnp.minimum(x, 2 * u)).sum())(x)',
      ours: () => gradient(sum(add(maximum(x, u), minimum(x, mul(u, 2)))), x),
      values: { x: tensor.f32([1, 2, 3]), u: tensor.f32([1, 1, 2]) },
      note: 'where both are equal each has half of the gradient',
    },
    {
      pytorch: 'torch.func.grad(lambda x: x.amax() + x.prod())(x)',
      jax: 'jax.grad(lambda x: x.max() + x.prod())(x)',
      ours: () => gradient(add(max(x), prod(x)), x),
      values: { x: tensor.f32([2, 0, 2]) },
      note: 'equal maxima share it; products with a zero are exact',
    },
    {
      pytorch: 'torch.func.grad(lambda x: torch.linalg.vector_norm(x - 1) + x.std())(x)',
      ours: () => gradient(add(norm(sub(x, 1)), std(x, 0, { correction: 1 })), x),
      values: { x: tensor.f32([1, 1, 1]) },
      note: '0 where the norm or the deviation is 0; NaN in JAX',
    },
    {
      pytorch: 'torch.func.jvp(lambda x: torch.exp(x).sum(), (x,), (u,))',
      jax: 'jax.jvp(lambda x: jnp.exp(x).sum(), (x,), (u,))',
      ours: () => jvp((at) => sum(exp(at)), [x], [u]),
    },
    {
      pytorch: '_, pullback = torch.func.vjp(torch.tanh, x)\npullback(u)[0]',
      jax: '_, pullback = jax.vjp(jnp.tanh, x)\npullback(u)[0]',
      ours: () => {
        const [, pullback] = vjp((at) => tanh(at), x)
        return pullback(u)
      },
    },
    {
      pytorch: 'torch.func.jacrev(lambda x: F.softmax(x, 0))(x)',
      jax: 'jax.jacrev(nn.softmax)(x)',
      ours: () => jacobian((at) => softmax(at, 0), x),
    },
    {
      pytorch: 'torch.func.hessian(lambda x: torch.exp(x).prod())(x)',
      jax: 'jax.hessian(lambda x: jnp.exp(x).prod())(x)',
      ours: () => hessian((at) => exp(sum(at)), x),
    },
    {
      pytorch: 'torch.func.vmap(lambda x: w @ x)(xs)',
      jax: 'jax.vmap(lambda x: w @ x)(xs)',
      ours: () => vmap((of) => linear(of, w), xs),
      note: 'arguments are given at once; examples are along their first axis',
    },
    {
      pytorch: 'torch.func.vmap(lambda x: torch.func.vmap(lambda y: (x - y).square().sum())(ys))(xs)',
      jax: 'jax.vmap(lambda x: jax.vmap(lambda y: jnp.square(x - y).sum())(ys))(xs)',
      ours: () => vmap((a) => vmap((b) => sum(square(sub(a, b))), ys), xs),
    },
    {
      pytorch: 'torch.func.vmap(torch.func.grad(lambda w, x: (w @ x).square().sum()), (None, 0))(w, xs)',
      jax: 'jax.vmap(jax.grad(lambda w, x: jnp.square(w @ x).sum()), (None, 0))(w, xs)',
      ours: () => perExampleGradients((of) => sum(square(linear(of, w))), { w }, xs).w,
    },
    {
      pytorch: 'torch.func.grad(lambda x: (x.detach() * x).sum())(x)',
      jax: 'jax.grad(lambda x: (lax.stop_gradient(x) * x).sum())(x)',
      ours: () => gradient(sum(mul(stopGradient(x), x)), x),
    },
    {
      pytorch: 'h = torch.zeros(3)\nfor x in xs: h = torch.tanh(cell @ h + x)\nh',
      jax: 'lax.scan(lambda h, x: (jnp.tanh(cell @ h + x), None), jnp.zeros(3), xs)[0]',
      ours: () =>
        scan({ carry: full([3], 0), sequences: xs }, (h, at) => ({
          carry: tanh(add(linear(h, cell), at)),
        })).carry,
      note: 'the loop is one node of the program, its length may be a symbol; a JavaScript loop is unrolled',
    },
    {
      pytorch:
        'hs = [torch.zeros(3)]\nfor d, x in zip(decay, xs): hs.append(d * hs[-1] + x)\ntorch.stack(hs[1:])',
      jax: 'lax.associative_scan(lambda a, b: (a[0] * b[0], b[0] * a[1] + b[1]), (decay, xs))[1]',
      ours: () => linearRecurrence(decay, xs, 0),
      note: 'in log(n) steps',
    },
    {
      pytorch: 'h = torch.tensor(100.)\nwhile h > 1: h = h / 3\nh',
      jax: 'lax.while_loop(lambda h: h > 1, lambda h: h / 3, 100.)',
      ours: () =>
        whileLoop(
          { carry: full([], 100), bound: 20 },
          (h) => greater(h, 1),
          (h) => div(h, 3),
        ),
      note: 'with a bound, so that it has a gradient; `lax.while_loop` has none in reverse mode',
    },
    {
      pytorch: 'x * 2 if x.sum() > 0 else x - 1',
      jax: 'lax.cond(x.sum() > 0, lambda x: x * 2, lambda x: x - 1, x)',
      ours: () => where(greater(sum(x), 0), mul(x, 2), sub(x, 1)),
      note: 'no branches on values: both are computed, and one is taken',
    },
    {
      pytorch: 'F.linear(xs, w + up @ down, bias)',
      jax: 'xs @ (w + up @ down).T + bias',
      ours: () => substitute(linear(xs, w, bias), [replacement(w, add(w, matmul(up, down)))]),
      note: 'LoRA without changing the model: a parameter of a finished program is replaced by an expression. In PyTorch, `torch.nn.utils.parametrize`',
    },
    {
      pytorch:
        'class Rounded(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x.round()\n    @staticmethod\n    def backward(ctx, g): return g\nx.requires_grad_()\ntorch.autograd.grad(Rounded.apply(2 * x).square().sum(), x)[0]',
      jax: 'rounded = jax.custom_vjp(lambda x: jnp.round(x))\nrounded.defvjp(lambda x: (jnp.round(x), None), lambda _, g: (g,))\njax.grad(lambda x: jnp.square(rounded(2 * x)).sum())(x)',
      ours: () => {
        const doubled = mul(x, 2)
        const rounded = withGradient(round(doubled), [doubled], (cotangent) => [cotangent])
        return gradient(sum(square(rounded)), x)
      },
      note: 'a gradient of your own: of a value, by tensors in it. Here straight through a rounding',
    },
    {
      pytorch:
        'x.requires_grad_()\ny = torch.utils.checkpoint.checkpoint(lambda x: torch.tanh(x).exp(), x, use_reentrant=False)\ntorch.autograd.grad(y.sum(), x)[0]',
      jax: 'jax.grad(lambda x: jax.checkpoint(lambda x: jnp.exp(jnp.tanh(x)))(x).sum())(x)',
      ours: () => gradient(sum(checkpoint((at) => exp(tanh(at)), x)), x),
    },
    {
      pytorch: 'torch.func.functional_call(nn.Linear(3, 2), {"weight": w, "bias": bias}, xs)',
      ours: () => linear(xs, w, bias),
      note: 'weights are inputs of a program: every call is functional',
      values: { bias: tensor.f32([0.5, -0.5]) },
    },
  ],
}
