/** Factors of matrices and linear systems. */
import {
  add,
  cholesky,
  diagonal,
  eye,
  gradient,
  input,
  log,
  matmul,
  mul,
  solve,
  square,
  sum,
  transposeLast,
  triangularSolve,
} from '../../../src/dsl/index.js'
import type { Section } from './row.js'

const a = input('a', [2, 3, 3])
const m = input('m', [3, 3])
const right = input('right', [3, 2])
const covariance = add(matmul(m, transposeLast(m)), eye(3))
const covariances = add(matmul(a, transposeLast(a)), eye(3))

export const linearAlgebra: Section = {
  title: 'Linear algebra',
  introduction:
    'Matrices are the last two axes; others are a batch. These are loops over the columns, for small matrices. There are no eigenvalues, singular values or Fourier transforms.',
  file: 'test/documentation/from-pytorch/linear-algebra.ts',
  rows: [
    {
      pytorch: 'torch.linalg.cholesky(a @ a.mT + torch.eye(3))',
      jax: 'jnp.linalg.cholesky(a @ a.mT + jnp.eye(3))',
      ours: () => cholesky(covariances),
      note: 'the lower factor. Where a matrix is not positive definite it is NaN, as in JAX; PyTorch fails',
    },
    {
      pytorch: 'torch.linalg.solve(m, right)',
      jax: 'jnp.linalg.solve(m, right)',
      ours: () => solve(m, right),
      note: 'the right side is a matrix; a singular one gives what is not finite, where PyTorch fails',
    },
    {
      pytorch:
        'torch.linalg.solve_triangular(torch.linalg.cholesky(m @ m.mT + torch.eye(3)), right, upper=False)',
      jax: 'jax.scipy.linalg.solve_triangular(jnp.linalg.cholesky(m @ m.mT + jnp.eye(3)), right, lower=True)',
      ours: () => triangularSolve(cholesky(covariance), right),
      note: 'lower if nothing is said; what is above the diagonal is not read',
    },
    {
      pytorch: 'torch.linalg.solve_triangular(m.triu(), right, upper=True)',
      jax: 'jax.scipy.linalg.solve_triangular(m, right)',
      ours: () => triangularSolve(m, right, { lower: false }),
      note: 'upper if nothing is said in JAX',
    },
    { pytorch: 'torch.linalg.inv(m)', jax: 'jnp.linalg.inv(m)', ours: () => solve(m, eye(3)) },
    {
      pytorch: 'torch.linalg.slogdet(m @ m.mT + torch.eye(3)).logabsdet',
      jax: 'jnp.linalg.slogdet(m @ m.mT + jnp.eye(3))[1]',
      ours: () => mul(sum(log(diagonal(cholesky(covariance)))), 2),
    },
    {
      pytorch: 'torch.func.grad(lambda m: torch.linalg.solve(m, right).square().sum())(m)',
      jax: 'jax.grad(lambda m: jnp.square(jnp.linalg.solve(m, right)).sum())(m)',
      ours: () => gradient(sum(square(solve(m, right))), m),
    },
  ],
}
