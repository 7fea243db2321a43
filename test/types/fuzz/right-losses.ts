/** Calls that are right by construction: losses over batches. */
import * as fc from 'fast-check'
import { call, fixed, record, tensor } from './call.js'
import type { RightCalls } from './call.js'
import { dim, drawn, shape } from './draw.js'

export const rightLosses: RightCalls = {
  crossEntropy: drawn((draw) => {
    const batch = draw(dim)
    const name = draw(fc.constantFrom('crossEntropy', 'accuracy'))
    return call(name, tensor([batch, draw(dim)]), tensor([batch], 'i32'))
  }),
  entropy: drawn((draw) =>
    call(
      draw(fc.constantFrom('entropy', 'entropyOfRows', 'mutualInformation', 'batchNormalizedEntropy')),
      tensor([draw(dim), draw(dim)]),
    ),
  ),
  ofClasses: drawn((draw) => {
    const batch = draw(dim)
    return call(
      draw(fc.constantFrom('focalLoss', 'multiMarginLoss')),
      tensor([batch, draw(dim)]),
      tensor([batch], 'i32'),
    )
  }),
  smoothedCrossEntropy: drawn((draw) => {
    const batch = draw(dim)
    return call(
      'crossEntropy',
      tensor([batch, draw(dim)]),
      tensor([batch], 'i32'),
      fixed('{ labelSmoothing: 0.1 }'),
    )
  }),
  ofElements: drawn((draw) => {
    const values = tensor(draw(shape(0, 4)))
    return call(
      draw(fc.constantFrom('huberLoss', 'hingeLoss', 'binaryCrossEntropy', 'binaryFocalLoss')),
      values,
      values,
    )
  }),
  diceLoss: drawn((draw) => {
    const values = tensor(draw(shape(1, 4)))
    return call('diceLoss', values, values, fixed(`{ squared: ${draw(fc.boolean())} }`))
  }),
  infoNCE: drawn((draw) => {
    const width = draw(dim)
    const rows = tensor([draw(dim), width])
    return draw(fc.boolean())
      ? call('infoNCE', rows, rows)
      : call('infoNCE', rows, rows, record({ negatives: tensor([draw(dim), width]) }))
  }),
  tripletLoss: drawn((draw) => {
    const rows = tensor([draw(dim), draw(dim)])
    return call('tripletLoss', rows, rows, rows, fixed(draw(fc.constantFrom('{}', `{ margin: 'soft' }`))))
  }),
  batchHardTripletLoss: drawn((draw) => {
    const batch = draw(dim)
    return call('batchHardTripletLoss', tensor([batch, draw(dim)]), tensor([batch], 'i32'))
  }),
  ofTwoBatches: drawn((draw) => {
    const width = draw(dim)
    const batches = [tensor([draw(dim), width]), tensor([draw(dim), width])] as const
    return draw(
      fc.constantFrom(
        call('coral', ...batches),
        call('maximumMeanDiscrepancy', ...batches, fixed('{ bandwidths: [1, 2] }')),
        call('sinkhorn', ...batches, fixed('{ epsilon: 0.1 }')),
      ),
    )
  }),
  klDivergence: drawn((draw) => {
    const logits = tensor([draw(dim), draw(dim)])
    return call('klDivergence', logits, logits)
  }),
  meanSquaredError: drawn((draw) => {
    const values = tensor(draw(shape(0, 4)))
    return call('meanSquaredError', values, values)
  }),
  clipContrastive: drawn((draw) => {
    const features = tensor([draw(dim), draw(dim)])
    return call('clipContrastive', features, features, tensor([]))
  }),
  supervisedContrastive: drawn((draw) => {
    const batch = draw(dim)
    return call('supervisedContrastive', tensor([batch, draw(dim)]), tensor([batch], 'i32'))
  }),
  ctcLoss: drawn((draw) => {
    const batch = draw(dim)
    return call(
      draw(fc.constantFrom('ctcLoss', 'ctcLossOfRows')),
      tensor([batch, draw(dim), draw(dim)]),
      tensor([batch, draw(dim)], 'i32'),
      record({ logitLengths: tensor([batch], 'i32'), labelLengths: tensor([batch], 'i32') }),
    )
  }),
  promptDivergence: drawn((draw) => {
    const features = tensor([draw(dim), draw(dim), draw(dim)])
    return call(
      'promptDivergence',
      features,
      features,
      fixed(draw(fc.constantFrom(`'batch'`, `'rowsAndFeatures'`))),
    )
  }),
  adClipLosses: drawn((draw) => {
    const [batch, classes, width] = [draw(dim), draw(dim), draw(dim)]
    const logits = tensor([batch, classes])
    const textFeatures = tensor([batch, classes, width])
    const style = tensor([batch, draw(dim), draw(dim)])
    const losses = call(
      'adClipLosses',
      record({
        source: record({ logits, textFeatures }),
        target: record({ logits, probabilities: logits, textFeatures }),
        sourceStyle: style,
        mappedStyle: style,
      }),
      tensor([batch], 'i32'),
      fixed(
        draw(
          fc.constantFrom(
            `{ entropy: 'rows', divergence: 'batch' }`,
            `{ entropy: 'batchNormalized', divergence: 'rowsAndFeatures' }`,
          ),
        ),
      ),
      fixed('{ crossEntropy: 1, styleMapping: 1, entropy: 1, divergence: 1 }'),
    )
    return { ...losses, read: '.total' }
  }),
}
