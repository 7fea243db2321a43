/** Programs that must not compile: losses of classes, of elements, of embeddings, and of two batches. */
import type { RejectedProgram } from './rejected-program.js'

export const rejectedLosses: readonly RejectedProgram[] = [
  {
    mistake: 'labels of another batch in a focal loss',
    program: `focalLoss(input('logits', ['B', 'K']), input('labels', ['N'], 'i32'))`,
    sentence: `Type '"N"' is not assignable to type '"B"'`,
    atRunTime: 'focalLoss: labels: expected [B] i32, got [N] i32',
  },
  {
    mistake: 'a label smoothing without its name',
    program: `crossEntropy(input('logits', ['B', 10]), input('labels', ['B'], 'i32'), 0.1)`,
    sentence: `Type '0.1' has no properties in common with type '{ readonly labelSmoothing?: number`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'scores that are not a row per label',
    program: `multiMarginLoss(input('scores', ['B', 'L', 10]), input('labels', ['B'], 'i32'))`,
    sentence: `Source has 3 element(s) but target allows only 2`,
    atRunTime: 'multiMarginLoss: scores: expected [batch,classes] f32, got [B,L,10] f32',
  },
  {
    mistake: 'a multi-class hinge of a power that it does not know',
    program: `multiMarginLoss(input('scores', ['B', 10]), input('labels', ['B'], 'i32'), { power: 3 })`,
    sentence: `Type '3' is not assignable to type`,
    atRunTime: 'multiMarginLoss: power is 3, but it must be 1 or 2',
  },
  {
    mistake: 'targets of another shape in a Huber loss',
    program: `huberLoss(input('x', ['B', 3]), input('y', ['B', 1]))`,
    sentence: `Type '1' is not assignable to type '3'`,
    atRunTime: 'huberLoss: target: expected [B,3] f32, got [B,1] f32',
  },
  {
    mistake: 'whole numbers as targets of a hinge',
    program: `hingeLoss(input('scores', ['B']), input('targets', ['B'], 'i32'))`,
    sentence: `Type '"i32"' is not assignable to type '"f32"'`,
    atRunTime: 'hingeLoss: targets: expected [B] f32, got [B] i32',
  },
  {
    mistake: 'masks without the axis of classes',
    program: `diceLoss(input('probabilities', ['B', 5, 32, 32]), input('masks', ['B', 32, 32]))`,
    sentence: `Source has 3 element(s) but target requires 4`,
    atRunTime: 'diceLoss: targets: expected [B,5,32,32] f32, got [B,32,32] f32',
  },
  {
    mistake: 'keys of another width',
    program: `infoNCE(input('queries', ['B', 128]), input('keys', ['B', 64]))`,
    sentence: `Type '64' is not assignable to type '128'`,
    atRunTime: 'infoNCE: keys: expected [B,128] f32, got [B,64] f32',
  },
  {
    mistake: 'a queue of negatives of another width',
    program: `infoNCE(input('queries', ['B', 128]), input('keys', ['B', 128]), { negatives: input('queue', [4096, 64]) })`,
    sentence: `Type '64' is not assignable to type '128'`,
    atRunTime: 'infoNCE: negatives: expected [negatives,128] f32, got [4096,64] f32',
  },
  {
    mistake: 'fewer negatives than anchors',
    program: `tripletLoss(input('a', ['B', 8]), input('p', ['B', 8]), input('n', ['N', 8]))`,
    sentence: `Type '"N"' is not assignable to type '"B"'`,
    atRunTime: 'tripletLoss: negatives: expected [B,8] f32, got [N,8] f32',
  },
  {
    mistake: 'labels of another batch for mining',
    program: `batchHardTripletLoss(input('x', ['B', 8]), input('labels', ['N'], 'i32'))`,
    sentence: `Type '"N"' is not assignable to type '"B"'`,
    atRunTime: 'batchHardTripletLoss: labels: expected [B] i32, got [N] i32',
  },
  {
    mistake: 'batches of different widths in a discrepancy',
    program: `maximumMeanDiscrepancy(input('x', ['N', 8]), input('y', ['M', 9]), { bandwidths: [1] })`,
    sentence: `Type '9' is not assignable to type '8'`,
    atRunTime: 'maximumMeanDiscrepancy: y: expected [ys,8] f32, got [M,9] f32',
  },
  {
    mistake: 'a discrepancy without bandwidths',
    program: `maximumMeanDiscrepancy(input('x', ['N', 8]), input('y', ['M', 8]), {})`,
    sentence: `Property 'bandwidths' is missing`,
    atRunTime: 'accepts',
  },
  {
    mistake: 'batches of different widths in CORAL',
    program: `coral(input('source', ['N', 8]), input('target', ['M', 9]))`,
    sentence: `Type '9' is not assignable to type '8'`,
    atRunTime: 'coral: target: expected [targets,8] f32, got [M,9] f32',
  },
]
