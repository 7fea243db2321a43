/** Positions of tokens for attention, which does not see their order: added to them, or as rotations of queries and keys. */
import * as E from 'fp-ts/lib/Either.js'
import * as b from '../dsl/builder.js'
import { erased } from '../dsl/erasure.js'
import { faulty } from '../dsl/node.js'
import { dimOf } from '../dsl/ops/leaf.js'
import { withSetting } from '../dsl/ops/setting.js'
import { aboveZero } from '../dsl/setting.js'
import { withSignature } from '../dsl/index.js'
import type { Node, Tensor } from '../dsl/index.js'
import type { Literal } from '../shapes/decide.js'
import { divideDims } from '../shapes/dim.js'
import type { Dim } from '../shapes/dim.js'
import type { DimLike, DimOf, LiteralDim } from '../shapes/dim-argument.js'

/** How the angles of positions fall from one pair of columns to the next. */
export interface PositionOptions {
  /** The angle of pair i at position p is p / base^(2i / width); 10000 where it is not given. A base that is not above 0 is a fault. */
  readonly base?: number
}

/** Whole numbers from 0 along an axis, as real numbers. */
const numbers = (count: Dim): Node => b.cast(b.iota([count], 0), 'f32')

/** base^(-x / width) */
const falling = (operation: string, x: Node, base: number, width: Dim): Node =>
  b.exp(
    b.mul(
      withSetting(operation, 'base', base, aboveZero, x),
      b.div(b.scalar(-Math.log(base)), b.dimSize(width)),
    ),
  )

/**
 * Sines and cosines of positions 0 to `length` - 1 (Vaswani et al. 2017, sec. 3.5), to be added to tokens: column 2i is the
 * sine of p / base^(2i / width), column 2i + 1 the cosine of the same. The result is [length,width].
 *
 * @example
 * const x = input('x', ['B', 'L', 512])
 * const placed = add(x, sinusoidalPositions('L', 512))
 */
export const sinusoidalPositions = <const L extends DimLike, const Width extends DimLike>(
  length: L & Literal<LiteralDim<L>>,
  width: Width & Literal<LiteralDim<Width>>,
  { base = 10_000 }: PositionOptions = {},
): Tensor<[DimOf<L>, DimOf<Width>]> => {
  const columns = numbers(dimOf(width))
  const first = b.scale(b.floor(b.scale(columns, 0.5)), 2)
  const angles = b.mul(
    b.expandDims(numbers(dimOf(length)), 1),
    falling('sinusoidalPositions', first, base, dimOf(width)),
  )
  return erased(b.where(b.equal(columns, first), b.sin(angles), b.cos(angles)))
}

/** Which rotation of queries and keys stands for which position. */
export interface RotaryOptions extends PositionOptions {
  /**
   * The two columns that are rotated together: `interleaved` takes 2i and 2i + 1, as Su et al. do, `halves` takes i and i +
   * width / 2, as checkpoints of LLaMA in the format of Hugging Face need it. Interleaved where it is not given.
   */
  readonly pairs?: 'interleaved' | 'halves'
}

/** The same for positions that are not 0, 1, 2, ...: in a cache of keys, say. */
export interface PlacedRotaryOptions<L> extends RotaryOptions {
  /** The position of each row; 0, 1, 2, ... where they are not given. */
  readonly positions?: Tensor<[L], 'i32'>
}

const rotated = (x: Node, options: RotaryOptions, positions: Node): Node => {
  const { base = 10_000, pairs = 'interleaved' } = options
  const [length = 1, width = 1] = x.shape.slice(-2)
  const half = divideDims(width, 2)
  if (E.isLeft(half)) return faulty('rotaryPositions', `rotaryPositions: ${half.left}`, [x])
  const [front, last] = [x.shape.slice(0, -1), x.shape.length]
  const [pair, rows] =
    pairs === 'interleaved' ? [last, [half.right, 2] as const] : [last - 1, [2, half.right] as const]
  const columns = falling('rotaryPositions', b.scale(numbers(half.right), 2), base, width)
  const angles = b.reshape(
    b.mul(b.expandDims(b.cast(positions, 'f32'), 1), columns),
    pairs === 'interleaved' ? [length, half.right, 1] : [length, 1, half.right],
  )
  const both = b.reshape(x, [...front, ...rows])
  const [one, other] = [b.slice(both, pair, 0, 1), b.slice(both, pair, 1, 1)]
  const [cosine, sine] = [b.cos(angles), b.sin(angles)]
  const turned = [
    b.sub(b.mul(one, cosine), b.mul(other, sine)),
    b.add(b.mul(one, sine), b.mul(other, cosine)),
  ]
  return b.reshape(b.concat(turned, pair), x.shape)
}

/**
 * Rotary positions of queries or keys [...,L,E] (Su et al. 2021, eq. 34): pair i of the columns at position p is rotated by the
 * angle p / base^(2i / E). The product of a rotated query and a rotated key depends on how far they are apart, and not on
 * where they are. Columns 2i and 2i + 1 are a pair, unless `pairs` says otherwise.
 *
 * A width that 2 does not divide is a fault of the program. Positions of another length do not compile.
 *
 * @example
 * const [queries, keys] = [input('q', ['B', 8, 'L', 64]), input('k', ['B', 8, 'L', 64])]
 * const values = input('v', ['B', 8, 'L', 64])
 * const mixed = scaledDotProductAttention(rotaryPositions(queries), rotaryPositions(keys), values)
 */
export const rotaryPositions = <Batch extends unknown[], L, Width>(
  x: Tensor<[...Batch, L, Width]>,
  options: PlacedRotaryOptions<NoInfer<L>> = {},
): Tensor<[...Batch, L, Width]> => {
  const { node } = x
  const positions: Tensor<[L], 'i32'> = options.positions ?? erased(b.iota([node.shape.at(-2) ?? 1], 0))
  const operands = { x: [x, '...batch l width'], positions: [positions, 'l', 'i32'] } as const
  return erased(rotated(withSignature('rotaryPositions', operands, x).node, options, positions.node))
}
