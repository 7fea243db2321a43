/**
 * A causal transformer over sequences that share a prefix: the prefix is computed once, and every suffix attends to its
 * keys and values in each block. Exactly the causal transformer over each whole sequence, at the cost of the
 * tokens that differ. Weights are those of `transformer`.
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
import type { Tokens, TowerWidth } from './attention/multi-head-attention.js'
import { mergeHeads, projections } from './attention/multi-head-attention.js'
import type { ByHead } from './attention/scaled-dot-product-attention.js'
import { attentionScores, mixValues, weightedValues } from './attention/scaled-dot-product-attention.js'
import type { BlockForm } from './block-form.js'
import { openAiBlocks } from './block-form.js'
import { attentionNorm, feedForward } from './block-parts.js'

/** The keys and values of a prefix in one block: what later tokens attend to. */
export interface PastKeyValues<B, P, H, E> {
  readonly keys: ByHead<B, P, H, E>
  readonly values: ByHead<B, P, H, E>
}

/** One softmax over the scores of tokens against a prefix and against their own suffix. */
const jointSoftmax = <B, H, Q, P, S>(
  past: Tensor<[B, H, Q, P]>,
  own: Tensor<[B, H, Q, S]>,
): readonly [Tensor<[B, H, Q, P]>, Tensor<[B, H, Q, S]>] => {
  const weights = softmax(concat([past, own], 3), -1)
  return [slice(weights, 3, 0, axis(past, 3)), slice(weights, 3, axis(past, 3), axis(own, 3))]
}

/**
 * Attention of some tokens of each suffix to the whole prefix and to their own suffix. `mask` takes the scores of the
 * latter and removes the positions that a token may not attend to.
 */
const attendToPrefixAndSuffix = <B, P, Q, N, S, T, M, H, E>(
  queries: ByHead<B, T, H, E>,
  queryRuns: Ragged<T, N, M>,
  { keys, values }: PastKeyValues<B, Q, H, E>,
  runs: Ragged<Q, N, S>,
  past: PastKeyValues<B, P, H, E>,
  mask: (scores: Tensor<[B, H, N, M, S]>) => Tensor<[B, H, N, M, S]>,
): ByHead<B, T, H, E> => {
  const toPast = attentionScores(queries, past.keys)
  const within = einsum(
    'b h n q e, b h n k e -> b h n q k',
    padRagged(queries, queryRuns),
    padRagged(keys, runs),
  )
  const [pastWeights, ownWeights] = jointSoftmax(toPast, packRagged(mask(within), queryRuns))
  const ofPast = weightedValues(pastWeights, past.values)
  const ofOwn = einsum(
    'b h n q k, b h n k e -> b h n q e',
    padRagged(ownWeights, queryRuns),
    padRagged(values, runs),
  )
  return add(ofPast, packRagged(ofOwn, queryRuns))
}

/** One block, for prefixes, for suffixes, and for the ends of suffixes. */
const sharedPrefixBlock = <H, E>(name: string, size: TowerWidth<H, E>, form: BlockForm) => {
  const normalise = attentionNorm(name, size, form)
  const project = projections(`${name}.attn`, size)
  const merge = mergeHeads(`${name}.attn`, size)
  const feed = feedForward(name, size, form)
  return {
    /** Keys and values of tokens [B,P]. */
    keyValues: <B, P>(x: Tokens<B, P, H, E>): PastKeyValues<B, P, H, E> => project(normalise(x)),
    /** Prefixes [B,P] to their keys and values, and the block's output. */
    encodePrefixes: <B, P>(
      x: Tokens<B, P, H, E>,
    ): { readonly past: PastKeyValues<B, P, H, E>; readonly output: Tokens<B, P, H, E> } => {
      const { queries, ...past } = project(normalise(x))
      const mixed = mixValues(queries, past.keys, past.values, { causal: true })
      return { past, output: feed(add(x, merge(mixed))) }
    },
    /** The block's output of suffixes [B,Q], which are packed runs. */
    encodeSuffixes: <B, P, Q, N, S>(
      x: Tokens<B, Q, H, E>,
      past: PastKeyValues<B, P, H, E>,
      runs: Ragged<Q, N, S>,
    ): Tokens<B, Q, H, E> => {
      const { queries, ...own } = project(normalise(x))
      const mixed = attendToPrefixAndSuffix(queries, runs, own, runs, past, (scores) =>
        add(scores, causalMask(runs.longest)),
      )
      return feed(add(x, merge(mixed)))
    },
    /** The block's output [B,N] at one position of each suffix. */
    encodeEnds: <B, P, Q, N, S>(
      x: Tokens<B, Q, H, E>,
      past: PastKeyValues<B, P, H, E>,
      runs: Ragged<Q, N, S>,
      ends: Tensor<[N], 'i32'>,
    ): Tokens<B, N, H, E> => {
      const rows = add(rowStarts(runs), ends)
      const { queries, ...own } = project(normalise(x))
      const later = less(expandDims(ends, 1), iota([runs.count, runs.longest], 1))
      const single = { total: runs.count, count: runs.count, longest: dim(1) }
      const mixed = attendToPrefixAndSuffix(gather(queries, rows, 2), single, own, runs, past, (scores) =>
        where(expandDims(later, 1), scalar(-Infinity), scores),
      )
      return feed(add(gather(x, rows, 1), merge(mixed)))
    },
  }
}

type SharedPrefixBlock<H, E> = ReturnType<typeof sharedPrefixBlock<H, E>>

/** The blocks `name.resblocks.0`, ... of a tower. OpenAI's form unless another is given. */
export const sharedPrefixBlocks = <H, E>(
  name: string,
  layers: number,
  size: TowerWidth<H, E>,
  form: BlockForm = openAiBlocks,
): readonly SharedPrefixBlock<H, E>[] =>
  Array.from({ length: layers }, (_, i) => sharedPrefixBlock(`${name}.resblocks.${i}`, size, form))

/** A block, and the keys and values of B prefixes of P tokens in it. */
export interface CachedBlock<B, P, H, E> {
  readonly block: SharedPrefixBlock<H, E>
  readonly past: PastKeyValues<B, P, H, E>
}

/** Keys and values of prefixes [B,P] in every block. */
export const cachePrefixes = <B, P, H, E>(
  blocks: readonly SharedPrefixBlock<H, E>[],
  prefixes: Tokens<B, P, H, E>,
): readonly CachedBlock<B, P, H, E>[] =>
  blocks.reduce<{ readonly cached: readonly CachedBlock<B, P, H, E>[]; readonly x: Tokens<B, P, H, E> }>(
    ({ cached, x }, block) => {
      const { past, output } = block.encodePrefixes(x)
      return { cached: [...cached, { block, past }], x: output }
    },
    { cached: [], x: prefixes },
  ).cached

/**
 * The same for A = 2 B prefixes of P = R + C tokens that share a prefix in pairs: `roots` [B,R] are the shared tokens,
 * `tokens` [B,Q] two runs of C that continue each root. The first prefix of every root comes before the second of every
 * root. A root is computed once for both.
 */
export const cachePairedPrefixes = <B, R, C, H, E>(
  blocks: readonly SharedPrefixBlock<H, E>[],
  roots: Tokens<B, R, H, E>,
  tokens: Tokens<B, 'Q', H, E>,
  runs: Ragged<'Q', 2, C>,
  sizes: readonly [DimHandle<'A'>, DimHandle<'P'>],
): readonly CachedBlock<'A', 'P', H, E>[] => {
  const prefix = (ofRoot: ByHead<B, R, H, E>, ofOwn: ByHead<B, 'Q', H, E>, which: number) => {
    const run = slice(ofOwn, 2, which * Number(runs.longest.dim), runs.longest)
    return rename(concat([ofRoot, run], 2), 2, sizes[1])
  }
  const both = (ofRoot: ByHead<B, R, H, E>, ofOwn: ByHead<B, 'Q', H, E>): ByHead<'A', 'P', H, E> =>
    rename(concat([prefix(ofRoot, ofOwn, 0), prefix(ofRoot, ofOwn, 1)], 0), 0, sizes[0])
  return cachePrefixes(blocks, roots).reduce<{
    readonly cached: readonly CachedBlock<'A', 'P', H, E>[]
    readonly x: Tokens<B, 'Q', H, E>
  }>(
    ({ cached, x }, { block, past }) => {
      const own = block.keyValues(x)
      const pairs = { keys: both(past.keys, own.keys), values: both(past.values, own.values) }
      return { cached: [...cached, { block, past: pairs }], x: block.encodeSuffixes(x, past, runs) }
    },
    { cached: [], x: tokens },
  ).cached
}

/**
 * Suffixes [B,Q], N runs of at most S tokens that each continue the prefix, through the blocks that hold the prefixes'
 * keys and values; read at one position of each run: [B,N].
 *
 * Only what is read is computed: the last block computes queries, and all that follows from them, for the ends alone.
 */
export const encodeSuffixEnds = <B, P, Q, N, S, H, E>(
  cached: readonly CachedBlock<B, P, H, E>[],
  suffixes: Tokens<B, Q, H, E>,
  runs: Ragged<Q, N, S>,
  ends: Tensor<[N], 'i32'>,
): Tokens<B, N, H, E> => {
  const last = cached.at(-1)
  const x = cached
    .slice(0, -1)
    .reduce((tokens, { block, past }) => block.encodeSuffixes(tokens, past, runs), suffixes)
  return last === undefined
    ? gather(suffixes, add(rowStarts(runs), ends), 1)
    : last.block.encodeEnds(x, last.past, runs, ends)
}
