/** AD-CLIP as a whole, wrongly: a model of no text tower, in which every choice of the classification may go wrong. */
import * as d from '../../src/dsl/index.js'
import { adClipForwardLaws, adClipPredictLaws } from '../../src/laws/declarations/ad-clip-model.js'
import { planted } from './planted-fault.js'

/** Logits of images [B,E] against classes [K,E]: scaled cosines. */
const logitsOf = <B, K, E>(
  feature: d.Tensor<[B, E]>,
  classes: d.Tensor<[K, E]>,
  normalised: boolean,
): d.Tensor<[B, K]> =>
  d.mul(
    d.matmul(
      normalised ? d.l2Normalize(feature) : feature,
      d.transposeLast(d.l2Normalize(classes, { epsilon: 1e-6 })),
    ),
    d.exp(d.parameter('logit_scale', [])),
  )

/** Each class as the sum of the embeddings of its prompt's tokens. */
const bagOfTokens = <K, X, V, E>(
  prompts: d.Tensor<[K, X], 'i32'>,
  vocabulary: d.DimHandle<V>,
  embedding: d.DimHandle<E>,
): d.Tensor<[K, E]> =>
  d.sum(d.embedding(d.parameter('token_embedding.weight', [vocabulary, embedding]), prompts), 1)

export const adClipFaults = [
  planted(
    "the source's images classified by the target's features",
    'unchanged',
    adClipForwardLaws.of((_source, _mean, _deviation, target, _otherMean, _other, prompts, vocabulary) =>
      logitsOf(target, bagOfTokens(prompts, vocabulary, d.axis(target, 1)), true),
    ),
  ),
  planted(
    'features not normalised',
    'positive scaling',
    adClipForwardLaws.of((source, _mean, _deviation, _target, _otherMean, _other, prompts, vocabulary) =>
      logitsOf(source, bagOfTokens(prompts, vocabulary, d.axis(source, 1)), false),
    ),
  ),
  planted(
    'logits centred over the classes of the batch',
    'rows independent',
    adClipPredictLaws.of((target, _mean, _deviation, prompts, vocabulary) => {
      const logits = logitsOf(target, bagOfTokens(prompts, vocabulary, d.axis(target, 1)), true)
      return d.sub(logits, d.mean(logits, 0))
    }),
  ),
  planted(
    'classes in the order of their numbers, whatever their prompts',
    'order of positions',
    adClipPredictLaws.of((target, _mean, _deviation, prompts, vocabulary) => {
      const logits = logitsOf(target, bagOfTokens(prompts, vocabulary, d.axis(target, 1)), true)
      return d.add(logits, d.cast(d.iota([d.axis(prompts, 0)], 0), 'f32'))
    }),
  ),
]
