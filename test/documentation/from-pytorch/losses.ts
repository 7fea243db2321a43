/** Losses. */
import {
  abs,
  add,
  input,
  l2Normalize,
  log,
  logSoftmax,
  logSigmoid,
  mean,
  mul,
  neg,
  oneHot,
  scalar,
  softmax,
  sub,
  sum,
  tensor,
} from '../../../src/dsl/index.js'
import {
  clipContrastive,
  crossEntropy,
  entropy,
  klDivergence,
  meanSquaredError,
  weightedCrossEntropy,
} from '../../../src/losses/index.js'
import type { Section } from './row.js'

const logits = input('logits', [4, 3])
const other = input('other', [4, 3])
const labels = input('labels', [4], 'i32')
const weights = input('weights', [4])
const y = input('y', [4, 3])
const target = input('target', [4, 3])
const images = input('images', [4, 5])
const texts = input('texts', [4, 5])

const classes = { labels: tensor.i32([0, 2, 1, 2]) }

export const losses: Section = {
  title: 'Losses',
  introduction: 'A loss is a scalar, the mean over the batch.',
  file: 'test/documentation/from-pytorch/losses.ts',
  rows: [
    {
      pytorch: 'F.cross_entropy(logits, labels)',
      jax: 'optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()',
      ours: () => crossEntropy(logits, labels),
      values: classes,
      note: 'a label outside of the classes contributes 0 to the mean over all rows; PyTorch leaves rows of -100 out of the mean',
    },
    {
      pytorch: "(weights * F.cross_entropy(logits, labels, reduction='none')).mean()",
      jax: '(weights * optax.softmax_cross_entropy_with_integer_labels(logits, labels)).mean()',
      ours: () => weightedCrossEntropy(logits, labels, weights),
      values: classes,
      note: 'a weight for each row, not for each class; divided by the number of rows',
    },
    {
      pytorch: 'F.cross_entropy(logits, F.softmax(other, dim=-1))',
      jax: 'optax.softmax_cross_entropy(logits, nn.softmax(other)).mean()',
      ours: () => neg(mean(sum(mul(softmax(other, -1), logSoftmax(logits, -1)), -1))),
    },
    {
      pytorch: 'F.mse_loss(y, target)',
      jax: 'optax.squared_error(y, target).mean()',
      ours: () => meanSquaredError(y, target),
      note: 'shapes must be equal; PyTorch broadcasts, with a warning',
    },
    {
      pytorch: 'F.l1_loss(y, target)',
      jax: 'jnp.abs(y - target).mean()',
      ours: () => mean(abs(sub(y, target))),
    },
    {
      pytorch:
        "F.kl_div(F.log_softmax(other, -1), F.log_softmax(logits, -1), log_target=True, reduction='batchmean')",
      jax: 'optax.losses.kl_divergence(nn.log_softmax(other), nn.softmax(logits)).mean()',
      ours: () => klDivergence(logits, other),
      note: 'KL(p‖q) of two logits, p first; PyTorch takes ln q first, and its default does not divide by rows',
    },
    {
      pytorch: 'torch.distributions.Categorical(logits=logits).entropy().mean()',
      ours: () => entropy(logits),
    },
    {
      pytorch: 'F.binary_cross_entropy_with_logits(y, F.one_hot(labels, 3).to(y.dtype))',
      jax: 'optax.sigmoid_binary_cross_entropy(y, nn.one_hot(labels, 3)).mean()',
      ours: () => {
        const positive = oneHot(labels, 3)
        const negative = sub(1, positive)
        return neg(mean(add(mul(positive, logSigmoid(y)), mul(negative, logSigmoid(neg(y))))))
      },
      values: classes,
    },
    {
      pytorch: 'F.nll_loss(torch.log(F.softmax(logits, -1)), labels)',
      ours: () => neg(mean(sum(mul(log(softmax(logits, -1)), oneHot(labels, 3)), -1))),
      values: classes,
      note: '`crossEntropy(logits, labels)` is the same, and stable',
    },
    {
      pytorch:
        'cosines = F.normalize(images) @ F.normalize(texts).T\n(F.cross_entropy(20 * cosines, torch.arange(4)) + F.cross_entropy(20 * cosines.T, torch.arange(4))) / 2',
      ours: () => clipContrastive(images, texts, scalar(20)),
    },
    {
      pytorch: 'F.cosine_embedding_loss(images, texts, torch.ones(4))',
      ours: () => mean(sub(1, sum(mul(l2Normalize(images), l2Normalize(texts)), -1))),
    },
  ],
}
