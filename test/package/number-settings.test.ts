/** Every public function that takes a number refuses NaN, and numbers that it cannot work with, in a sentence. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as dsl from '../../src/dsl/index.js'
import type { AnyTensor } from '../../src/dsl/index.js'
import { dim, input, parameter } from '../../src/dsl/index.js'
import { explainFault } from '../../src/dsl/fault.js'
import * as losses from '../../src/losses/index.js'
import * as model from '../../src/model/index.js'
import * as optimizers from '../../src/optimizers/index.js'
import type { Schedule, Transformation } from '../../src/optimizers/index.js'
import { exempt, numbersTaken } from '../support/numbers-taken.js'

/** What a call is told of its number: the sentence, or `accepted`. */
type Answer = string

const ofTensor = ({ node: { fault } }: AnyTensor): Answer =>
  fault === undefined ? 'accepted' : explainFault(fault)

const trained = losses.meanSquaredError(
  dsl.linear(input('x', ['B', 2]), parameter('w', [2, 2])),
  input('y', ['B', 2]),
)

const ofOptimizer = (optimizer: Transformation): Answer => {
  const step = optimizers.trainStep({ loss: trained }, optimizer)
  return E.isLeft(step) ? explainFault(step.left) : 'accepted'
}

const ofSchedule = (learningRate: Schedule): Answer => ofOptimizer(optimizers.sgd({ learningRate }))

const ofEither = (outcome: E.Either<unknown, unknown>): Answer =>
  E.isLeft(outcome) ? JSON.stringify(outcome.left) : 'accepted'

const x = input('x', ['B', 4])
const square = input('square', [4, 4])
const images = input('images', ['B', 4, 8, 8])
const channels = parameter('channels', [4])
const labels = input('labels', ['B'], 'i32')
const key = input('key', [2], 'i32')
const adam = optimizers.adam({ learningRate: 0.1 })
const drawn = (initialiser: model.Initialiser): Answer =>
  ofEither(model.initialise(trained, dsl.randomKey.keyFromSeed(1), { default: initialiser }))

/** Calls with a number, and numbers besides NaN that they refuse. */
const calls: Readonly<Record<string, readonly [call: (n: number) => Answer, refused: readonly number[]]>> = {
  'dsl.elu({ alpha })': [(alpha) => ofTensor(dsl.elu(x, { alpha })), [Infinity]],
  'dsl.leakyRelu({ slope })': [(slope) => ofTensor(dsl.leakyRelu(x, { slope })), [-Infinity]],
  'dsl.clip({ min })': [(min) => ofTensor(dsl.clip(x, { min })), []],
  'dsl.clip({ max })': [(max) => ofTensor(dsl.clip(x, { max })), []],
  'dsl.l2Norm({ epsilon })': [(epsilon) => ofTensor(dsl.l2Norm(x, { epsilon })), [-1, Infinity]],
  'dsl.l2Normalize({ epsilon })': [(epsilon) => ofTensor(dsl.l2Normalize(x, { epsilon })), [-1]],
  'dsl.cosineSimilarity({ epsilon })': [
    (epsilon) => ofTensor(dsl.cosineSimilarity(x, x, 1, { epsilon })),
    [-1],
  ],
  'dsl.layerNorm({ epsilon })': [
    (epsilon) => ofTensor(dsl.layerNorm(x, channels, channels, { epsilon })),
    [-1],
  ],
  'dsl.rmsNorm({ epsilon })': [(epsilon) => ofTensor(dsl.rmsNorm(x, channels, { epsilon })), [-1]],
  'dsl.instanceNorm({ epsilon })': [
    (epsilon) => ofTensor(dsl.instanceNorm(images, channels, channels, { epsilon })),
    [-1],
  ],
  'dsl.batchNorm({ epsilon })': [
    (epsilon) =>
      ofTensor(
        dsl.batchNorm(
          images,
          { weight: channels, bias: channels, mean: channels, variance: channels },
          { epsilon },
        ),
      ),
    [-1],
  ],
  'dsl.batchNormOfBatch({ epsilon })': [
    (epsilon) => ofTensor(dsl.batchNormOfBatch(images, channels, channels, { epsilon }).output),
    [-1],
  ],
  'dsl.variance({ correction })': [(correction) => ofTensor(dsl.variance(x, 0, { correction })), [Infinity]],
  'dsl.std({ correction })': [(correction) => ofTensor(dsl.std(x, 0, { correction })), [Infinity]],
  'dsl.tril({ diagonal })': [(diagonal) => ofTensor(dsl.tril(square, { diagonal })), [0.5]],
  'dsl.triu({ diagonal })': [(diagonal) => ofTensor(dsl.triu(square, { diagonal })), [Infinity]],
  'dsl.linspace(start)': [(start) => ofTensor(dsl.linspace(start, 1, 5)), [Infinity]],
  'dsl.linspace(stop)': [(stop) => ofTensor(dsl.linspace(0, stop, 5)), [-Infinity]],
  'dsl.roll(shift)': [(shift) => ofTensor(dsl.roll(x, 1, shift)), [0.5, Infinity]],
  'dsl.dropout({ rate })': [(rate) => ofTensor(dsl.dropout(x, { rate, key })), [-0.1, 1]],
  'dsl.randomIntegers(least)': [(least) => ofTensor(dsl.randomIntegers(key, ['B'], least, 9)), [0.5, 9]],
  'dsl.randomIntegers(end)': [(end) => ofTensor(dsl.randomIntegers(key, ['B'], 0, end)), [0, 2 ** 31]],
  'dsl.randomTruncatedNormal({ lower })': [
    (lower) => ofTensor(dsl.randomTruncatedNormal(key, ['B'], { lower })),
    [2, -Infinity],
  ],
  'dsl.randomTruncatedNormal({ upper })': [
    (upper) => ofTensor(dsl.randomTruncatedNormal(key, ['B'], { upper })),
    [-2, Infinity],
  ],

  'losses.supervisedContrastive({ temperature })': [
    (temperature) => ofTensor(losses.supervisedContrastive(x, labels, { temperature })),
    [0, -1, Infinity],
  ],
  'losses.crossEntropy({ labelSmoothing })': [
    (labelSmoothing) => ofTensor(losses.crossEntropy(x, labels, { labelSmoothing })),
    [1, -0.1],
  ],
  'losses.ctcLossOfRows({ blank })': [
    (blank) =>
      ofTensor(losses.ctcLossOfRows(input('t', ['B', 9, 5]), input('l', ['B', 3], 'i32'), { blank })),
    [-1, 0.5],
  ],
  'losses.ctcLoss({ blank })': [
    (blank) => ofTensor(losses.ctcLoss(input('t', ['B', 9, 5]), input('l', ['B', 3], 'i32'), { blank })),
    [-1, 0.5],
  ],
  'losses.diceLoss({ smooth })': [(smooth) => ofTensor(losses.diceLoss(x, x, { smooth })), [0]],
  'losses.focalLoss({ gamma })': [(gamma) => ofTensor(losses.focalLoss(x, labels, { gamma })), [-1]],
  'losses.binaryFocalLoss({ gamma })': [(gamma) => ofTensor(losses.binaryFocalLoss(x, x, { gamma })), [-1]],
  'losses.binaryFocalLoss({ alpha })': [(alpha) => ofTensor(losses.binaryFocalLoss(x, x, { alpha })), [1.5]],
  'losses.hingeLoss({ margin })': [(margin) => ofTensor(losses.hingeLoss(x, x, { margin })), [-1]],
  'losses.multiMarginLoss({ margin })': [
    (margin) => ofTensor(losses.multiMarginLoss(x, labels, { margin })),
    [-1],
  ],
  'losses.huberLoss({ delta })': [(delta) => ofTensor(losses.huberLoss(x, x, { delta })), [0]],
  'losses.infoNCE({ temperature })': [(temperature) => ofTensor(losses.infoNCE(x, x, { temperature })), [0]],
  'losses.transportPlan({ epsilon })': [
    (epsilon) => ofTensor(losses.transportPlan(square, { epsilon })),
    [0],
  ],
  'losses.transportPlan({ tolerance })': [
    (tolerance) => ofTensor(losses.transportPlan(square, { epsilon: 1, tolerance })),
    [-1],
  ],
  'losses.transportPlan({ bound })': [
    (bound) => ofTensor(losses.transportPlan(square, { epsilon: 1, bound })),
    [0, 0.5],
  ],
  'losses.sinkhorn({ epsilon })': [(epsilon) => ofTensor(losses.sinkhorn(x, x, { epsilon })), [0]],
  'losses.sinkhorn({ tolerance })': [
    (tolerance) => ofTensor(losses.sinkhorn(x, x, { epsilon: 1, tolerance })),
    [-1],
  ],
  'losses.sinkhorn({ bound })': [(bound) => ofTensor(losses.sinkhorn(x, x, { epsilon: 1, bound })), [0, 0.5]],
  'losses.tripletLoss({ margin })': [(margin) => ofTensor(losses.tripletLoss(x, x, x, { margin })), [-1]],
  'losses.batchHardTripletLoss({ margin })': [
    (margin) => ofTensor(losses.batchHardTripletLoss(x, labels, { margin })),
    [-1],
  ],

  'optimizers.accumulate(steps)': [(steps) => ofOptimizer(optimizers.accumulate(steps, adam)), [0, 1.5]],
  'optimizers.scaleByAdagrad({ epsilon })': [
    (epsilon) => ofOptimizer(optimizers.scaleByAdagrad({ epsilon })),
    [-1],
  ],
  'optimizers.scaleByAdagrad({ initialSum })': [
    (initialSum) => ofOptimizer(optimizers.scaleByAdagrad({ initialSum })),
    [-1],
  ],
  'optimizers.scaleByAdam({ epsilon })': [
    (epsilon) => ofOptimizer(optimizers.scaleByAdam({ epsilon })),
    [-1],
  ],
  'optimizers.scaleByAdam({ beta1 })': [(beta1) => ofOptimizer(optimizers.scaleByAdam({ beta1 })), [1, -0.1]],
  'optimizers.scaleByAdam({ beta2 })': [(beta2) => ofOptimizer(optimizers.scaleByAdam({ beta2 })), [1]],
  'optimizers.ema(decay)': [(decay) => ofOptimizer(optimizers.chain(adam, optimizers.ema(decay))), [1, -0.1]],
  'optimizers.addGradientNoise({ variance })': [
    (variance) => ofOptimizer(optimizers.addGradientNoise({ variance, seed: 1 })),
    [-1],
  ],
  'optimizers.addGradientNoise({ decay })': [
    (decay) => ofOptimizer(optimizers.addGradientNoise({ variance: 1, decay, seed: 1 })),
    [-1],
  ],
  'optimizers.addGradientNoise({ seed })': [
    (seed) => ofOptimizer(optimizers.addGradientNoise({ variance: 1, seed })),
    [0.5],
  ],
  'optimizers.scaleByLion({ beta1 })': [(beta1) => ofOptimizer(optimizers.scaleByLion({ beta1 })), [1.5]],
  'optimizers.scaleByLion({ beta2 })': [(beta2) => ofOptimizer(optimizers.scaleByLion({ beta2 })), [1]],
  'optimizers.scaleByMuon({ momentum })': [
    (momentum) => ofOptimizer(optimizers.scaleByMuon({ momentum })),
    [1],
  ],
  'optimizers.scaleByMuon({ iterations })': [
    (iterations) => ofOptimizer(optimizers.scaleByMuon({ iterations })),
    [0.5, -1],
  ],
  'optimizers.lookahead({ steps })': [
    (steps) => ofOptimizer(optimizers.lookahead(adam, { steps })),
    [0, 1.5],
  ],
  'optimizers.lookahead({ share })': [
    (share) => ofOptimizer(optimizers.lookahead(adam, { share })),
    [1.5, -1],
  ],
  'optimizers.withLossScaling({ initial })': [
    (initial) => ofOptimizer(optimizers.withLossScaling(adam, { initial })),
    [0, Infinity],
  ],
  'optimizers.withLossScaling({ growthInterval })': [
    (growthInterval) => ofOptimizer(optimizers.withLossScaling(adam, { growthInterval })),
    [0, 1.5, -1],
  ],
  'optimizers.scaleByRms({ decay })': [(decay) => ofOptimizer(optimizers.scaleByRms({ decay })), [1]],
  'optimizers.scaleByRms({ epsilon })': [(epsilon) => ofOptimizer(optimizers.scaleByRms({ epsilon })), [-1]],
  'optimizers.scaleByLearningRate(rate)': [(rate) => ofOptimizer(optimizers.scaleByLearningRate(rate)), [-1]],
  'optimizers.addWeightDecay(factor)': [(factor) => ofOptimizer(optimizers.addWeightDecay(factor)), [-1]],
  'optimizers.clipByGlobalNorm(limit)': [(limit) => ofOptimizer(optimizers.clipByGlobalNorm(limit)), [-1]],
  'optimizers.constantSchedule(rate)': [
    (rate) => ofSchedule(optimizers.constantSchedule(rate)),
    [-1, Infinity],
  ],
  'optimizers.cosineSchedule({ peak })': [
    (peak) => ofSchedule(optimizers.cosineSchedule({ peak, total: 9 })),
    [-1],
  ],
  'optimizers.cosineSchedule({ total })': [
    (total) => ofSchedule(optimizers.cosineSchedule({ peak: 1, total })),
    [-1, Infinity],
  ],
  'optimizers.cosineSchedule({ warmUp })': [
    (warmUp) => ofSchedule(optimizers.cosineSchedule({ peak: 1, total: 9, warmUp })),
    [-1],
  ],
  'optimizers.cosineSchedule({ initial })': [
    (initial) => ofSchedule(optimizers.cosineSchedule({ peak: 1, total: 9, initial })),
    [-1],
  ],
  'optimizers.cosineSchedule({ final })': [
    (final) => ofSchedule(optimizers.cosineSchedule({ peak: 1, total: 9, final })),
    [-1],
  ],
  'optimizers.cosineAnnealingSchedule({ peak })': [
    (peak) => ofSchedule(optimizers.cosineAnnealingSchedule({ peak, halfPeriod: 9 })),
    [-1],
  ],
  'optimizers.cosineAnnealingSchedule({ halfPeriod })': [
    (halfPeriod) => ofSchedule(optimizers.cosineAnnealingSchedule({ peak: 1, halfPeriod })),
    [0, Infinity],
  ],
  'optimizers.cosineAnnealingSchedule({ final })': [
    (final) => ofSchedule(optimizers.cosineAnnealingSchedule({ peak: 1, halfPeriod: 9, final })),
    [-1],
  ],
  'optimizers.everySteps(period)': [
    (period) => ofSchedule(optimizers.everySteps(period, optimizers.constantSchedule(1))),
    [0, 1.5],
  ],
  'optimizers.linearSchedule({ from })': [
    (from) => ofSchedule(optimizers.linearSchedule({ from, to: 1, steps: 9 })),
    [-1],
  ],
  'optimizers.linearSchedule({ to })': [
    (to) => ofSchedule(optimizers.linearSchedule({ from: 0, to, steps: 9 })),
    [-1],
  ],
  'optimizers.linearSchedule({ steps })': [
    (steps) => ofSchedule(optimizers.linearSchedule({ from: 0, to: 1, steps })),
    [0],
  ],
  'optimizers.exponentialSchedule({ initial })': [
    (initial) => ofSchedule(optimizers.exponentialSchedule({ initial, factor: 0.5, every: 9 })),
    [-1],
  ],
  'optimizers.exponentialSchedule({ factor })': [
    (factor) => ofSchedule(optimizers.exponentialSchedule({ initial: 1, factor, every: 9 })),
    [-1],
  ],
  'optimizers.exponentialSchedule({ every })': [
    (every) => ofSchedule(optimizers.exponentialSchedule({ initial: 1, factor: 0.5, every })),
    [0],
  ],
  'optimizers.inverseSchedule({ initial })': [
    (initial) => ofSchedule(optimizers.inverseSchedule({ initial, decay: 0.1, power: 1 })),
    [-1],
  ],
  'optimizers.inverseSchedule({ decay })': [
    (decay) => ofSchedule(optimizers.inverseSchedule({ initial: 1, decay, power: 1 })),
    [-1],
  ],
  'optimizers.inverseSchedule({ power })': [
    (power) => ofSchedule(optimizers.inverseSchedule({ initial: 1, decay: 0.1, power })),
    [-1],
  ],
  'optimizers.joinSchedules(steps)': [
    (steps) => ofSchedule(optimizers.joinSchedules(steps, 1, optimizers.constantSchedule(1))),
    [-1],
  ],
  'optimizers.joinSchedules(first)': [
    (first) => ofSchedule(optimizers.joinSchedules(5, first, optimizers.constantSchedule(1))),
    [-1],
  ],
  'optimizers.traceMomentum(momentum)': [
    (momentum) => ofOptimizer(optimizers.traceMomentum(momentum)),
    [-1, 1],
  ],

  'model.levelMoments(epsilon)': [
    (epsilon) => ofTensor(model.levelMoments(input('level', ['B', 3, 4]), epsilon).deviation),
    [-1],
  ],
  'model.normal(deviation)': [(deviation) => drawn(model.normal(deviation)), [-1, Infinity]],
  'model.uniform(bound)': [(bound) => drawn(model.uniform(bound)), [-1, Infinity]],
  'model.truncatedNormal(deviation)': [(deviation) => drawn(model.truncatedNormal(deviation)), [-1]],
  'model.dropoutLayer({ rate })': [
    (rate) => ofTensor(model.dropoutLayer({ rate, key })(x, 'drop')),
    [-0.1, 1],
  ],
  'model.layerNormLayer({ epsilon })': [
    (epsilon) => ofTensor(model.layerNormLayer('norm', dim(4), { epsilon })(x)),
    [-1],
  ],
  'model.rmsNormLayer({ epsilon })': [
    (epsilon) => ofTensor(model.rmsNormLayer('norm', dim(4), { epsilon })(x)),
    [-1],
  ],
  'model.groupNormLayer({ epsilon })': [
    (epsilon) => ofTensor(model.groupNormLayer('norm', dim(4), { groups: 2, epsilon })(images)),
    [-1],
  ],
  'model.instanceNormLayer({ epsilon })': [
    (epsilon) => ofTensor(model.instanceNormLayer('norm', dim(4), { epsilon })(images)),
    [-1],
  ],
  'model.batchNormLayer({ epsilon })': [
    (epsilon) => ofTensor(model.batchNormLayer('norm', dim(4), { epsilon })(images)),
    [-1],
  ],
  'model.statefulBatchNormLayer({ epsilon })': [
    (epsilon) =>
      ofTensor(model.statefulBatchNormLayer('norm', dim(4), { training: true, epsilon })(images).output),
    [-1],
  ],
  'model.statefulBatchNormLayer({ momentum })': [
    (momentum) =>
      ofTensor(model.statefulBatchNormLayer('norm', dim(4), { training: true, momentum })(images).output),
    [-0.1, 1.5],
  ],
  'model.sinusoidalPositions({ base })': [
    (base) => ofTensor(model.sinusoidalPositions(5, 4, { base })),
    [0, -1],
  ],
  'model.rotaryPositions({ base })': [
    (base) => ofTensor(model.rotaryPositions(input('q', ['B', 'L', 4]), { base })),
    [0, Infinity],
  ],
  'model.layerStack(count)': [
    (count) => ofTensor(model.layerStack(count, (y: typeof x) => y)(x, 'stack')),
    [-1, 0.5],
  ],
}

describe('NaN, and a number that it cannot work with,', () => {
  it.each(Object.entries(calls))('is refused in a sentence by %s', (name, [call, refused]) => {
    for (const value of [Number.NaN, ...refused]) {
      const answer = call(value)
      expect(answer, `${name} of ${value}`).not.toBe('accepted')
      expect(answer).toContain(String(value))
    }
  })
})

describe('the list of numbers that public functions take', () => {
  it('names each of them, with numbers that are refused, or with the reason why there are none', () => {
    const isExempt = (name: string): boolean =>
      exempt.some(([, names]) =>
        names.some((each) => (typeof each === 'string' ? each === name : each.test(name))),
      )
    const taken = [...new Set(numbersTaken())]
    expect(taken.length).toBeGreaterThan(100)
    expect(taken.filter((name) => !Object.hasOwn(calls, name) && !isExempt(name))).toEqual([])
    expect(Object.keys(calls).filter((name) => !taken.includes(name))).toEqual([])
  }, 60_000)
})
