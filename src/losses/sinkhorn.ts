/** Entropic optimal transport: the distance of two batches as distributions, by Sinkhorn's iterations. */
import {
  abs,
  add,
  count,
  div,
  exp,
  expandDims,
  expm1,
  full,
  less,
  log,
  logSumExp,
  max,
  mean,
  mul,
  neg,
  stopGradient,
  sub,
  sum,
  whileLoop,
  withGradient,
  withSignature,
  zerosLike,
} from '../dsl/index.js'
import type { Tensor } from '../dsl/index.js'
import { aboveZero, oneOrMore, withSettings, zeroOrMore } from './setting.js'
import { squaredDistances } from './squared-distances.js'

export interface TransportOptions {
  /** ε, the weight of the entropy, in the unit of the costs: small ones are nearer to optimal transport, and converge slowly. */
  readonly epsilon: number
  /** The iterations end where the masses of the rows are wrong by less than this share; 1e-4 by default. */
  readonly tolerance?: number
  /** The most iterations; 1000 by default. */
  readonly bound?: number
}

export interface SinkhornOptions extends TransportOptions {
  /** Whether the divergence of the batches with themselves is subtracted; so by default. */
  readonly debiased?: boolean
}

/** The dual variables of a transport, in the unit of the costs. */
interface Potentials<N, M> {
  readonly rows: Tensor<[N]>
  readonly columns: Tensor<[M]>
}

/** -ln of the number of positions along an axis: ln of the mass of each. */
const logMass = <N, M>(cost: Tensor<[N, M]>, axis: 0 | 1): Tensor<[]> => neg(log(count(cost, axis)))

/** Iterations in logarithms, until the masses are right; those of the rows are exact, whatever the tolerance. */
const potentialsOf = <N, M>(
  cost: Tensor<[N, M]>,
  { epsilon, tolerance = 1e-4, bound = 1000 }: TransportOptions,
): Potentials<N, M> => {
  const ofRows = (columns: Tensor<[M]>): Tensor<[N]> =>
    mul(logSumExp(add(div(sub(expandDims(columns, 0), cost), epsilon), logMass(cost, 1)), 1), -epsilon)
  const ofColumns = (rows: Tensor<[N]>): Tensor<[M]> =>
    mul(logSumExp(add(div(sub(expandDims(rows, 1), cost), epsilon), logMass(cost, 0)), 0), -epsilon)
  const { rows, columns } = whileLoop(
    {
      carry: {
        rows: zerosLike(mean(cost, 1)),
        columns: zerosLike(mean(cost, 0)),
        error: full([], Infinity),
      },
      bound,
    },
    ({ error }) => less(tolerance, error),
    ({ rows: before }) => {
      const next = ofColumns(before)
      const after = ofRows(next)
      // The mass of row i, before its potential is corrected, is e^((before - after) / ε) times what it should be.
      const error = stopGradient(mean(abs(expm1(div(sub(before, after), epsilon)))))
      return { rows: after, columns: next, error }
    },
  )
  return { rows, columns }
}

/**
 * The cotangent of the costs from that of the plan P, by the implicit function theorem: -P W / ε, with W the cotangent V less
 * the numbers aᵢ + bⱼ that make the sums of P W over every row and column 0. These are found by turns, as the potentials are.
 */
const costCotangent = <N, M>(
  plan: Tensor<[N, M]>,
  cotangent: Tensor<[N, M]>,
  { epsilon, tolerance = 1e-4, bound = 1000 }: TransportOptions,
): Tensor<[N, M]> => {
  const ofRows = (b: Tensor<[M]>): Tensor<[N]> =>
    mul(sum(mul(plan, sub(cotangent, expandDims(b, 0))), 1), count(plan, 0))
  const ofColumns = (a: Tensor<[N]>): Tensor<[M]> =>
    mul(sum(mul(plan, sub(cotangent, expandDims(a, 1))), 0), count(plan, 1))
  const { a, b } = whileLoop(
    {
      carry: { a: zerosLike(mean(plan, 1)), b: zerosLike(mean(plan, 0)), change: full([], Infinity) },
      bound,
    },
    ({ change }) => less(mul(tolerance, max(abs(cotangent))), change),
    ({ b: before }) => {
      const rows = ofRows(before)
      const columns = ofColumns(rows)
      return { a: rows, b: columns, change: stopGradient(max(abs(sub(columns, before)))) }
    },
  )
  const free = sub(sub(cotangent, expandDims(a, 1)), expandDims(b, 0))
  return mul(mul(plan, free), -1 / epsilon)
}

const planOf = <N, M>(
  cost: Tensor<[N, M]>,
  { rows, columns }: Potentials<N, M>,
  options: TransportOptions,
): Tensor<[N, M]> => {
  const exponents = div(sub(add(expandDims(rows, 1), expandDims(columns, 0)), cost), options.epsilon)
  const plan = exp(add(exponents, add(logMass(cost, 0), logMass(cost, 1))))
  return withGradient(plan, [cost], (cotangent) => [costCotangent(plan, cotangent, options)])
}

/**
 * The plan of entropic optimal transport (Cuturi 2013, "Sinkhorn distances", algorithm 1, in logarithms): P [N,M], not negative,
 * rows of mass 1/N, columns of mass 1/M, that minimises Σ P C + ε Σ P ln(N M P) for the costs C [N,M]. The
 * gradient is that of the plan to which the iterations converge, up to the tolerance; its own gradient is that of iterations.
 *
 * An `epsilon` that is not above 0 is a fault.
 *
 * @example
 * const plan = transportPlan(input('cost', ['N', 'M']), { epsilon: 0.05 })
 */
export const transportPlan = <N, M>(cost: Tensor<[N, M]>, options: TransportOptions): Tensor<[N, M]> =>
  withSettings(
    'transportPlan',
    settingsOf(options),
    withSignature(
      'transportPlan',
      { cost: [cost, 'rows columns'] },
      planOf(cost, potentialsOf(cost, options), options),
    ),
  )

const settingsOf = ({ epsilon, tolerance = 0, bound = 1 }: TransportOptions) =>
  ({
    epsilon: [epsilon, aboveZero],
    tolerance: [tolerance, zeroOrMore],
    bound: [bound, oneOrMore],
  }) as const

/**
 * The least cost with its entropy term: the sum of the mean potentials. Its gradient by the costs is the plan (the envelope
 * theorem), so the iterations need not be differentiated.
 */
const transportCost = <N, M>(cost: Tensor<[N, M]>, options: TransportOptions): Tensor<[]> => {
  const potentials = potentialsOf(cost, options)
  return withGradient(add(mean(potentials.rows), mean(potentials.columns)), [cost], (cotangent) => [
    mul(planOf(cost, potentials, options), cotangent),
  ])
}

/**
 * The Sinkhorn divergence of two batches (Feydy et al. 2019, "Interpolating between optimal transport and MMD", eq. 3), as
 * distributions of equally heavy points: OT(x, y) - OT(x, x)/2 - OT(y, y)/2, with OT the entropic transport cost (Cuturi 2013) of
 * |xᵢ - yⱼ|²/2. Not negative, 0 where the batches are equal in any order. In the unit of the cost. Without `debiased` it is
 * OT(x, y), which is smallest for batches that are too narrow.
 *
 * `x` [N,D], `y` [M,D], with any numbers of rows. The first and the second gradient are those of the limit of the iterations,
 * up to the tolerance; no iteration is kept for them.
 *
 * @example
 * const [source, target] = [input('source', ['N', 64]), input('target', ['M', 64])]
 * const loss = sinkhorn(source, target, { epsilon: 0.05 })
 */
export const sinkhorn = <N, M, D>(
  x: Tensor<[N, D]>,
  y: Tensor<[M, NoInfer<D>]>,
  { debiased = true, ...options }: SinkhornOptions,
): Tensor<[]> => {
  const between = <A, B>(a: Tensor<[A, D]>, b: Tensor<[B, D]>): Tensor<[]> =>
    transportCost(mul(squaredDistances(a, b), 0.5), options)
  const rows = withSignature('sinkhorn', { x: [x, 'xs width'], y: [y, 'ys width'] }, x)
  const bias = debiased ? mul(add(between(rows, rows), between(y, y)), 0.5) : 0
  return withSettings('sinkhorn', settingsOf(options), sub(between(rows, y), bias))
}
