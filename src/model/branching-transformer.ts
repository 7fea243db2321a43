/**
 * A causal transformer over sequences that begin alike: the beginning is computed once, and every branch that goes
 * on from it reads the keys and values that it left. Exactly the causal transformer over each whole sequence, for as
 * many tokens as there are different ones. Weights are those of `transformer`.
 */
import type { DimHandle, Ragged, Tensor } from '../dsl/index.js'
import {
  add,
  axis,
  causalMask,
  concat,
  dim,
  einsum,
  expandDims,
  gather,
  iota,
  packRagged,
  less,
  rename,
  rowStarts,
  scalar,
  slice,
  softmax,
  padRagged,
  where,
} from '../dsl/index.js'
import type { ByHead, Tokens, TowerWidth } from './block-parts.js'
import {
  attentionNorm,
  attentionScores,
  feedForward,
  mergeHeads,
  mixValues,
  projections,
  weightedValues,
} from './block-parts.js'

/** What the tokens of a beginning leave in one block for those that come after them. */
interface Past<B, P, H, E> {
  readonly keys: ByHead<B, P, H, E>
  readonly values: ByHead<B, P, H, E>
}

/** Scores of tokens against a past and against their own branch, made one distribution over both. */
const sharedSoftmax = <B, H, Q, P, S>(
  past: Tensor<[B, H, Q, P]>,
  own: Tensor<[B, H, Q, S]>,
): readonly [Tensor<[B, H, Q, P]>, Tensor<[B, H, Q, S]>] => {
  const weights = softmax(concat([past, own], 3), -1)
  return [slice(weights, 3, 0, axis(past, 3)), slice(weights, 3, axis(past, 3), axis(own, 3))]
}

/**
 * Attention of some tokens of each branch, which are runs themselves, to the whole past, and to what of their own branch
 * `visible` leaves of the scores.
 */
const mixBranches = <B, P, Q, N, S, T, M, H, E>(
  queries: ByHead<B, T, H, E>,
  queryRuns: Ragged<T, N, M>,
  { keys, values }: Past<B, Q, H, E>,
  runs: Ragged<Q, N, S>,
  past: Past<B, P, H, E>,
  visible: (scores: Tensor<[B, H, N, M, S]>) => Tensor<[B, H, N, M, S]>,
): ByHead<B, T, H, E> => {
  const toPast = attentionScores(queries, past.keys)
  const within = einsum(
    'b h n q e, b h n k e -> b h n q k',
    padRagged(queries, queryRuns),
    padRagged(keys, runs),
  )
  const [pastWeights, ownWeights] = sharedSoftmax(toPast, packRagged(visible(within), queryRuns))
  const ofPast = weightedValues(pastWeights, past.values)
  const ofOwn = einsum(
    'b h n q k, b h n k e -> b h n q e',
    padRagged(ownWeights, queryRuns),
    padRagged(values, runs),
  )
  return add(ofPast, packRagged(ofOwn, queryRuns))
}

/** One block, for beginnings, branches, and the ends of branches. */
const branchingBlock = <H, E>(name: string, size: TowerWidth<H, E>) => {
  const normalise = attentionNorm(name, size)
  const project = projections(`${name}.attn`, size)
  const merge = mergeHeads(`${name}.attn`, size)
  const feed = feedForward(name, size)
  return {
    leave: <B, P>(x: Tokens<B, P, H, E>): Past<B, P, H, E> => project(normalise(x)),
    begin: <B, P>(x: Tokens<B, P, H, E>) => {
      const projected = project(normalise(x))
      return { past: projected, output: feed(add(x, merge(mixValues(projected, causalMask(axis(x, 1)))))) }
    },
    branch: <B, P, Q, N, S>(
      x: Tokens<B, Q, H, E>,
      past: Past<B, P, H, E>,
      runs: Ragged<Q, N, S>,
    ): Tokens<B, Q, H, E> => {
      const { queries, ...own } = project(normalise(x))
      const mixed = mixBranches(queries, runs, own, runs, past, (scores) =>
        add(scores, causalMask(runs.longest)),
      )
      return feed(add(x, merge(mixed)))
    },
    readEnds: <B, P, Q, N, S>(
      x: Tokens<B, Q, H, E>,
      past: Past<B, P, H, E>,
      runs: Ragged<Q, N, S>,
      ends: Tensor<[N], 'i32'>,
    ): Tokens<B, N, H, E> => {
      const rows = add(rowStarts(runs), ends)
      const { queries, ...own } = project(normalise(x))
      const later = less(expandDims(ends, 1), iota([runs.count, runs.longest], 1))
      const single = { total: runs.count, count: runs.count, longest: dim(1) }
      const mixed = mixBranches(gather(queries, rows, 2), single, own, runs, past, (scores) =>
        where(expandDims(later, 1), scalar(-Infinity), scores),
      )
      return feed(add(gather(x, rows, 1), merge(mixed)))
    },
  }
}

type BranchingBlock<H, E> = ReturnType<typeof branchingBlock<H, E>>

/** Beginnings on their way through the blocks: what they leave in one, and what they are behind it. */
export type Beginnings<B, P, H, E> = (block: BranchingBlock<H, E>) => {
  readonly past: Past<B, P, H, E>
  readonly next: Beginnings<B, P, H, E>
}

/** Beginnings that have nothing in common. */
export const separateBeginnings =
  <B, P, H, E>(tokens: Tokens<B, P, H, E>): Beginnings<B, P, H, E> =>
  (block) => {
    const { past, output } = block.begin(tokens)
    return { past, next: separateBeginnings(output) }
  }

/**
 * Two beginnings for each of B roots [B,R], which begin with it and go on with a run of `tokens` [B,Q] each: the first of
 * every root, then the second of every root, A = 2 B in all, of P = R + C tokens. What a root leaves is computed once for both.
 */
export const pairedBeginnings =
  <B, R, C, H, E>(
    roots: Tokens<B, R, H, E>,
    tokens: Tokens<B, 'Q', H, E>,
    runs: Ragged<'Q', 2, C>,
    sizes: readonly [DimHandle<'A'>, DimHandle<'P'>],
  ): Beginnings<'A', 'P', H, E> =>
  (block) => {
    const root = block.begin(roots)
    const own = block.leave(tokens)
    const half = (
      ofRoot: ByHead<B, R, H, E>,
      ofOwn: ByHead<B, 'Q', H, E>,
      which: number,
    ): ByHead<B, 'P', H, E> => {
      const run = slice(ofOwn, 2, which * Number(runs.longest.dim), runs.longest)
      return rename(concat([ofRoot, run], 2), 2, sizes[1])
    }
    const both = (ofRoot: ByHead<B, R, H, E>, ofOwn: ByHead<B, 'Q', H, E>): ByHead<'A', 'P', H, E> =>
      rename(concat([half(ofRoot, ofOwn, 0), half(ofRoot, ofOwn, 1)], 0), 0, sizes[0])
    return {
      past: { keys: both(root.past.keys, own.keys), values: both(root.past.values, own.values) },
      next: pairedBeginnings(root.output, block.branch(tokens, root.past, runs), runs, sizes),
    }
  }

/**
 * The blocks `name.resblocks.0`, ... over beginnings [B,P] and branches [B,Q], N runs of at most S tokens that each
 * go on from the beginning, read at one position of each run: [B,N].
 *
 * Only what is read is computed: in the last block queries, and all that follows, of the ends alone.
 */
export const branchingTransformer = <H, E>(name: string, layers: number, size: TowerWidth<H, E>) => {
  const blocks = Array.from({ length: layers }, (_, i) => branchingBlock(`${name}.resblocks.${i}`, size))
  return <B, P, Q, N, S>(
    beginnings: Beginnings<B, P, H, E>,
    branches: Tokens<B, Q, H, E>,
    runs: Ragged<Q, N, S>,
    ends: Tensor<[N], 'i32'>,
  ): Tokens<B, N, H, E> => {
    const last = blocks.at(-1)
    const before = blocks.slice(0, -1).reduce(
      (tokens, each) => {
        const { past, next } = tokens.beginnings(each)
        return { beginnings: next, branches: each.branch(tokens.branches, past, runs) }
      },
      { beginnings, branches },
    )
    return last === undefined
      ? gather(branches, add(rowStarts(runs), ends), 1)
      : last.readEnds(before.branches, before.beginnings(last).past, runs, ends)
  }
}
