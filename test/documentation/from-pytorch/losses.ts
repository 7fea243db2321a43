/** Losses. */
import {
  abs,
  div,
  input,
  l2Normalize,
  log,
  logSoftmax,
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
  binaryCrossEntropy,
  clipContrastive,
  coral,
  crossEntropy,
  ctcLossOfRows,
  diceLoss,
  entropy,
  focalLoss,
  hingeLoss,
  huberLoss,
  infoNCE,
  klDivergence,
  meanSquaredError,
  multiMarginLoss,
  tripletLoss,
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
const steps = input('steps', [2, 6, 4])
const letters = input('letters', [2, 2], 'i32')

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
      note: 'KL(p‖q) of two logits, p first; PyTorch takes ln q first, and divides by the number of elements unless told `batchmean`',
    },
    {
      pytorch: 'torch.distributions.Categorical(logits=logits).entropy().mean()',
      ours: () => entropy(logits),
    },
    {
      pytorch: 'F.binary_cross_entropy_with_logits(y, F.one_hot(labels, 3).to(y.dtype))',
      jax: 'optax.sigmoid_binary_cross_entropy(y, nn.one_hot(labels, 3)).mean()',
      ours: () => binaryCrossEntropy(y, oneHot(labels, 3)),
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
      pytorch: 'F.cross_entropy(logits, labels, label_smoothing=0.1)',
      jax: 'optax.softmax_cross_entropy(logits, optax.smooth_labels(nn.one_hot(labels, 3), 0.1)).mean()',
      ours: () => crossEntropy(logits, labels, { labelSmoothing: 0.1 }),
      values: classes,
    },
    {
      pytorch: 'F.huber_loss(y, target, delta=0.5)',
      jax: 'optax.huber_loss(y, target, delta=0.5).mean()',
      ours: () => huberLoss(y, target, { delta: 0.5 }),
    },
    {
      pytorch: 'F.smooth_l1_loss(y, target, beta=0.5)',
      jax: 'optax.huber_loss(y, target, delta=0.5).mean() / 0.5',
      ours: () => div(huberLoss(y, target, { delta: 0.5 }), 0.5),
    },
    {
      pytorch: 'F.relu(1 - target * y).mean()',
      jax: 'optax.hinge_loss(y, target).mean()',
      ours: () => hingeLoss(y, target),
      note: 'targets are -1 and 1. `F.hinge_embedding_loss` is another loss',
    },
    {
      pytorch: 'F.multi_margin_loss(logits, labels)',
      ours: () => multiMarginLoss(logits, labels),
      values: classes,
    },
    {
      pytorch: 'F.triplet_margin_loss(y, target, logits, eps=0)',
      ours: () => tripletLoss(y, target, logits),
      note: "no epsilon in the distance, whose gradient at 0 is 0; PyTorch's is 1e-6",
    },
    {
      pytorch: 'p = F.softmax(logits, -1)[torch.arange(4), labels]\n-((1 - p) ** 2 * p.log()).mean()',
      jax: 'p = nn.softmax(logits)[jnp.arange(4), labels]\n-((1 - p) ** 2 * jnp.log(p)).mean()',
      ours: () => focalLoss(logits, labels, { gamma: 2 }),
      values: classes,
      note: "`binaryFocalLoss` has `alpha`, as torchvision's `sigmoid_focal_loss`; its mean is over elements",
    },
    {
      pytorch:
        'p, t = F.softmax(logits, -1), F.softmax(other, -1)\n(1 - (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)).mean()',
      jax: 'p, t = nn.softmax(logits), nn.softmax(other)\n(1 - (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)).mean()',
      ours: () => diceLoss(softmax(logits, -1), softmax(other, -1)),
    },
    {
      pytorch: 'F.cross_entropy(F.normalize(images) @ F.normalize(texts).T / 0.07, torch.arange(4))',
      ours: () => infoNCE(images, texts),
      note: "MoCo's temperature, 0.07, if none is given",
    },
    {
      pytorch:
        "F.ctc_loss(F.log_softmax(steps, -1).transpose(0, 1), letters, torch.tensor([6, 6]), torch.tensor([2, 2]), reduction='none')",
      jax: 'optax.ctc_loss(steps, jnp.zeros((2, 6)), letters, jnp.zeros((2, 2)))',
      ours: () => ctcLossOfRows(steps, letters),
      values: {
        letters: tensor.i32([
          [1, 2],
          [3, 3],
        ]),
      },
      note: 'logits, batch first; class 0 is the blank',
    },
    {
      pytorch: '(torch.cov(images.T) - torch.cov(texts.T)).square().sum() / (4 * 5 ** 2)',
      jax: 'jnp.square(jnp.cov(images.T) - jnp.cov(texts.T)).sum() / (4 * 5 ** 2)',
      ours: () => coral(images, texts),
    },
    {
      pytorch: 'F.cosine_embedding_loss(images, texts, torch.ones(4))',
      ours: () => mean(sub(1, sum(mul(l2Normalize(images), l2Normalize(texts)), -1))),
    },
  ],
}
