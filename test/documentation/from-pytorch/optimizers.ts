/** Optimizers and schedules. */
import {
  accumulate,
  adagrad,
  adam,
  adamW,
  addWeightDecay,
  chain,
  clipByGlobalNorm,
  constantSchedule,
  cosineAnnealingSchedule,
  cosineSchedule,
  exponentialSchedule,
  isMatrix,
  joinSchedules,
  linearSchedule,
  lion,
  lookahead,
  rmsProp,
  scaleByAdam,
  scaleByLearningRate,
  scaleByName,
  sgd,
} from '../../../src/optimizers/index.js'
import { optimizerRow, scheduleRow } from './optimizer-trial.js'
import type { Section } from './row.js'

export const optimizers: Section = {
  title: 'Optimizers and schedules',
  introduction:
    "An optimizer is a value, made before there are parameters: it changes gradients into updates, as optax's. Compared is where four steps from `w` lead, on the objective Σ i (wᵢ - 1)² / 2, and the rates of the first twelve steps. A schedule is given in the place of a rate, and counts updates.",
  file: 'test/documentation/from-pytorch/optimizers.ts',
  rows: [
    optimizerRow({
      pytorch: 'optim.SGD([w], lr=0.1)',
      jax: 'optax.sgd(0.1)',
      ours: () => sgd({ learningRate: 0.1 }),
    }),
    optimizerRow({
      pytorch: 'optim.SGD([w], lr=0.1, momentum=0.9)',
      jax: 'optax.sgd(0.1, momentum=0.9)',
      ours: () => sgd({ learningRate: 0.1, momentum: 0.9 }),
      note: 'v ← momentum · v + g, scaled by the rate after it: a change of the rate acts at once. No dampening',
    }),
    optimizerRow({
      pytorch: 'optim.SGD([w], lr=0.1, momentum=0.9, nesterov=True)',
      jax: 'optax.sgd(0.1, momentum=0.9, nesterov=True)',
      ours: () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    }),
    optimizerRow({
      pytorch: 'optim.Adam([w], lr=0.1)',
      jax: 'optax.adam(0.1)',
      ours: () => adam({ learningRate: 0.1 }),
      note: 'epsilon 1e-8 is added to the root after its correction, in all three',
    }),
    optimizerRow({
      pytorch: 'optim.Adam([w], lr=0.1, weight_decay=0.01)',
      jax: 'optax.chain(optax.add_decayed_weights(0.01), optax.adam(0.1))',
      ours: () => adam({ learningRate: 0.1, weightDecay: 0.01 }),
      note: 'an L2 term of the gradient',
    }),
    optimizerRow({
      pytorch: 'optim.AdamW([w], lr=0.1)',
      jax: 'optax.adamw(0.1, weight_decay=0.01)',
      ours: () => adamW({ learningRate: 0.1 }),
      note: "weight decay is 0.01, as in PyTorch; optax's is 1e-4",
    }),
    optimizerRow({
      pytorch: 'optim.RMSprop([w], lr=0.01)',
      jax: 'optax.rmsprop(0.01, decay=0.99, eps_in_sqrt=False)',
      ours: () => rmsProp({ learningRate: 0.01 }),
      note: "decay 0.99, epsilon outside of the root, as in PyTorch; optax's are 0.9 and inside",
    }),
    optimizerRow({
      pytorch: 'optim.RMSprop([w], lr=0.01, momentum=0.9, centered=True)',
      jax: 'optax.rmsprop(0.01, decay=0.99, eps_in_sqrt=False, centered=True, momentum=0.9)',
      ours: () => rmsProp({ learningRate: 0.01, momentum: 0.9, centered: true }),
    }),
    optimizerRow({
      pytorch: 'optim.Adagrad([w], lr=0.1)',
      ours: () => adagrad({ learningRate: 0.1 }),
      note: 'the sum of squares begins at 0, epsilon 1e-10 outside of the root, as in PyTorch; optax begins at 0.1, with 1e-7 inside',
    }),
    optimizerRow({
      pytorch:
        'class Lion(optim.Optimizer):\n    def __init__(self, of): super().__init__(of, {}); self.m = torch.zeros(3)\n    def step(self):\n        w, = self.param_groups[0]["params"]\n        w.data -= 0.01 * (torch.sign(0.9 * self.m + 0.1 * w.grad) + 0.1 * w.data)\n        self.m = 0.99 * self.m + 0.01 * w.grad\nLion([w])',
      jax: 'optax.lion(0.01, weight_decay=0.1)',
      ours: () => lion({ learningRate: 0.01, weightDecay: 0.1 }),
      note: 'no weight decay by default; PyTorch has no Lion of its own',
    }),
    optimizerRow({
      pytorch:
        'class Clipped(optim.SGD):\n    def step(self): nn.utils.clip_grad_norm_([w], 1.0); super().step()\nClipped([w], lr=0.1)',
      jax: 'optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.1))',
      ours: () => chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1 })),
      note: 'a link of the chain before the optimizer. PyTorch adds 1e-6 to the norm',
    }),
    optimizerRow({
      pytorch: 'optim.AdamW([w], lr=0.1, weight_decay=0)',
      jax: 'optax.adamw(0.1, weight_decay=0.1, mask=lambda p: p.ndim >= 2)',
      ours: () => chain(scaleByAdam({}), addWeightDecay(0.1, { only: isMatrix }), scaleByLearningRate(0.1)),
      note: 'decay of matrices alone: `w` is a vector here. In PyTorch, parameter groups',
    }),
    optimizerRow({
      pytorch: "optim.SGD([{'params': [w], 'lr': 0.01}], lr=0.1)",
      ours: () =>
        chain(
          sgd({ learningRate: 0.1 }),
          scaleByName((name) => (name === 'w' ? 0.1 : 1)),
        ),
      note: 'parameter groups by name; `perGroup` gives groups optimizers of their own',
    }),
    optimizerRow({
      pytorch:
        'class Lookahead(optim.SGD):\n    def step(self):\n        if not hasattr(self, "slow"): self.slow, self.count = w.data.clone(), 0\n        super().step(); self.count += 1\n        if self.count % 2 == 0: self.slow += 0.5 * (w.data - self.slow); w.data.copy_(self.slow)\nLookahead([w], lr=0.1)',
      ours: () => lookahead(sgd({ learningRate: 0.1 }), { steps: 2, share: 0.5 }),
    }),
    optimizerRow({
      pytorch:
        'w.requires_grad_(); opt = optim.SGD([w], lr=0.1)\nfor i in range(4):\n    (objective(w) / 2).backward()\n    if i % 2 == 1: opt.step(); opt.zero_grad()\nw',
      measure: 'value',
      ours: () => accumulate(2, sgd({ learningRate: 0.1 })),
      note: 'the mean of two gradients; `optax.MultiSteps`. `microBatchedStep` divides one batch instead',
    }),
    scheduleRow({
      pytorch: 'optim.lr_scheduler.CosineAnnealingLR(opt, T_max=11)',
      jax: 'optax.cosine_decay_schedule(0.1, 11)',
      ours: () => cosineSchedule({ peak: 0.1, total: 11 }),
      note: "after `total` the rate stays; PyTorch's rises again",
    }),
    scheduleRow({
      pytorch: 'optim.lr_scheduler.CosineAnnealingLR(opt, T_max=4, eta_min=0.01)',
      ours: () => cosineAnnealingSchedule({ peak: 0.1, halfPeriod: 4, final: 0.01 }),
      note: "rises again after `halfPeriod`, as PyTorch's; `everySteps` steps any schedule once an epoch",
    }),
    scheduleRow({
      pytorch:
        'optim.lr_scheduler.SequentialLR(opt, [optim.lr_scheduler.LinearLR(opt, 1e-9, 1, 4), optim.lr_scheduler.CosineAnnealingLR(opt, 8)], [4])',
      jax: 'optax.warmup_cosine_decay_schedule(0., 0.1, 4, 12)',
      ours: () => cosineSchedule({ peak: 0.1, warmUp: 4, total: 12 }),
    }),
    scheduleRow({
      pytorch: 'optim.lr_scheduler.LinearLR(opt, 1.0, 0.1, total_iters=5)',
      jax: 'optax.linear_schedule(0.1, 0.01, 5)',
      ours: () => linearSchedule({ from: 0.1, to: 0.01, steps: 5 }),
    }),
    scheduleRow({
      pytorch: 'optim.lr_scheduler.ExponentialLR(opt, 0.9)',
      jax: 'optax.exponential_decay(0.1, 1, 0.9)',
      ours: () => exponentialSchedule({ initial: 0.1, factor: 0.9, every: 1 }),
    }),
    scheduleRow({
      pytorch: 'optim.lr_scheduler.StepLR(opt, 3, gamma=0.5)',
      jax: 'optax.exponential_decay(0.1, 3, 0.5, staircase=True)',
      ours: () => exponentialSchedule({ initial: 0.1, factor: 0.5, every: 3, stairs: true }),
    }),
    scheduleRow({
      pytorch: 'optim.lr_scheduler.ConstantLR(opt, 0.1, total_iters=4)',
      jax: 'optax.join_schedules([optax.constant_schedule(0.01), optax.constant_schedule(0.1)], [4])',
      ours: () => joinSchedules(4, 0.01, constantSchedule(0.1)),
    }),
  ],
}
