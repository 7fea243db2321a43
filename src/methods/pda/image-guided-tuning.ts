/**
 * Image-guided feature tuning of PDA: a feature reads from the banks of both domains by attention, as the released
 * `utils/ift_block.py` has it. Features, banks and texts are of unit length, but for classes of which a bank holds no image.
 */
import {
  add,
  batchNorm,
  batchNormOfBatch,
  dim,
  einsum,
  l2Normalize,
  matmul,
  mul,
  parameter,
  rearrange,
  relu,
  select,
  sized,
  softmax,
  times,
  transposeLast,
} from '../../dsl/index.js'
import type { AnyTensor, Tensor } from '../../dsl/index.js'
import { constantInitialiser, linearInitialiser, linearLayer, normInitialiser } from '../../model/index.js'
import type { ClipTowers } from '../../model/index.js'
import type { NamedValues } from '../../values/named-values.js'
import type { RandomKey } from '../../values/random-key.js'

const tuning = 'alignment'
const layers = {
  first: `${tuning}.pre_project.0`,
  firstNorm: `${tuning}.pre_project.1`,
  second: `${tuning}.pre_project.3`,
  secondNorm: `${tuning}.pre_project.4`,
  third: `${tuning}.pre_project.6`,
  last: `${tuning}.post_project.0`,
} as const
const norms = [layers.firstNorm, layers.secondNorm] as const

/** Hidden features are an eighth of the embedding. */
const hiddenWidth = (embedding: number): number => Math.max(Math.floor(embedding / 8), 1)

/** The factor of inner products of queries and keys. */
const attentionScale = 0.1

/** The share of a batch in running moments. */
const momentum = 0.1

/** Running moments of a norm. */
interface Moments {
  readonly mean: Tensor<['Z']>
  readonly variance: Tensor<['Z']>
}

/** Running moments of both norms. */
type State = readonly [Moments, Moments]

/** The moments as parameters, by their names. */
const momentsAt = (norm: string) => ({ mean: `${norm}.running_mean`, variance: `${norm}.running_var` })

/** The mean features of the most probable images of each class [K,E], of both domains. */
export interface FeatureBanks {
  readonly source: Tensor<['K', 'E']>
  readonly target: Tensor<['K', 'E']>
}

/** Logits of a domain's images, and what the norms have seen once they were computed. */
interface Tuned<B> {
  readonly logits: Tensor<[B, 'K']>
  readonly state: State
}

/** The tuning on a CLIP: `weight` is the factor of the logits by each of the two banks. */
export const imageGuidedTuning = (
  { embedding, logitScale }: Pick<ClipTowers, 'embedding' | 'logitScale'>,
  weight: number,
) => {
  const hidden = sized('Z', hiddenWidth(Number(embedding.dim)))
  const triple = times(dim(3), embedding)

  /** A norm by the moments of the rows, which are then known a little better, or by those that are known. */
  const normalise = <N>(
    name: string,
    x: Tensor<[N, 'Z']>,
    known: Moments,
    training: boolean,
  ): { readonly output: Tensor<[N, 'Z']>; readonly moments: Moments } => {
    const [scale, shift] = [
      parameter(`${name}.weight`, [hidden]),
      parameter(`${name}.bias`, [hidden]),
    ] as const
    if (!training) return { output: batchNorm(x, { weight: scale, bias: shift, ...known }), moments: known }
    const { output, mean, variance } = batchNormOfBatch(x, scale, shift)
    const next = (before: Tensor<['Z']>, ofBatch: Tensor<['Z']>): Tensor<['Z']> =>
      add(mul(before, 1 - momentum), mul(ofBatch, momentum))
    return { output, moments: { mean: next(known.mean, mean), variance: next(known.variance, variance) } }
  }

  /** Queries, keys and values of rows [N,E]. */
  const project = <N>(rows: Tensor<[N, 'E']>, [first, second]: State, training: boolean) => {
    const one = normalise(
      layers.firstNorm,
      linearLayer(layers.first, embedding, hidden)(rows),
      first,
      training,
    )
    const inner = linearLayer(layers.second, hidden, hidden)(relu(one.output))
    const two = normalise(layers.secondNorm, inner, second, training)
    const all = linearLayer(layers.third, hidden, triple)(relu(two.output))
    const parts = rearrange(all, 'n (e k) -> n e k', { e: embedding, k: dim(3) })
    const state: State = [one.moments, two.moments]
    return { queries: select(parts, 2, 0), keys: select(parts, 2, 1), values: select(parts, 2, 2), state }
  }

  /** Logits of features [B,E] among texts [K,E]. Norms see the features, then the source's bank, then the target's. */
  const tuned = <B>(
    features: Tensor<[B, 'E']>,
    texts: Tensor<['K', 'E']>,
    banks: FeatureBanks,
    { state, training }: { readonly state: State; readonly training: boolean },
  ): Tuned<B> => {
    const own = project(features, state, training)
    const source = project(banks.source, own.state, training)
    const target = project(banks.target, source.state, training)
    const by = ({ keys, values }: Pick<typeof source, 'keys' | 'values'>): Tensor<[B, 'K']> => {
      const scores = mul(matmul(own.queries, transposeLast(keys)), attentionScale)
      const read = linearLayer(layers.last, embedding, embedding)(matmul(softmax(scores, -1), values))
      const moved = l2Normalize(add(features, read))
      return mul(einsum('b e, k e -> b k', moved, texts), mul(logitScale, weight))
    }
    return { logits: add(by(source), by(target)), state: target.state }
  }

  /** The state as it is before a step. */
  const known = (): State => {
    const of = (norm: string): Moments => {
      const { mean, variance } = momentsAt(norm)
      return { mean: parameter(mean, [hidden]), variance: parameter(variance, [hidden]) }
    }
    return [of(norms[0]), of(norms[1])]
  }

  /** Next values of running moments by name. */
  const updates = (state: State): Readonly<Record<string, AnyTensor>> =>
    Object.fromEntries(
      norms.flatMap((norm, i) => {
        const { mean, variance } = momentsAt(norm)
        const moments = state[i]
        return moments === undefined
          ? []
          : [[mean, moments.mean] as const, [variance, moments.variance] as const]
      }),
    )

  return { tuned, known, updates }
}

/** Parameters that are trained. */
export const isTuningParameter = (name: string): boolean =>
  name.startsWith(`${tuning}.`) && !name.includes('.running_')

/** First values: PyTorch's for linear layers and norms. */
export const initialTuning = (key: RandomKey, embedding: number): NamedValues => {
  const hidden = hiddenWidth(embedding)
  const ofNorm = (norm: string): NamedValues => {
    const { mean, variance } = momentsAt(norm)
    return {
      ...normInitialiser(norm, hidden),
      [mean]: constantInitialiser([hidden], 0),
      [variance]: constantInitialiser([hidden], 1),
    }
  }
  return {
    ...linearInitialiser(key, layers.first, embedding, hidden),
    ...ofNorm(layers.firstNorm),
    ...linearInitialiser(key, layers.second, hidden, hidden),
    ...ofNorm(layers.secondNorm),
    ...linearInitialiser(key, layers.third, hidden, 3 * embedding),
    ...linearInitialiser(key, layers.last, embedding, embedding),
  }
}
