/** CLIP's encoders, AD-CLIP's prompt learner and AD-CLIP itself, wrongly. */
import * as d from '../../src/dsl/index.js'
import { layerNormLayer, levelMoments, linearLayer, transformer } from '../../src/model/index.js'
import { styleTokens } from '../../src/methods/index.js'
import {
  encodeImagesLaws,
  resNetLaws,
  textEncoderLaws,
  tokenEmbeddingLaws,
  visionTransformerLaws,
} from '../../src/laws/declarations/clip.js'
import {
  levelDeviationLaws,
  levelMeanLaws,
  separateImageTokensLaws,
  sharedImageTokensLaws,
  styleMappingTokensLaws,
  styleTokensLaws,
} from '../../src/laws/declarations/prompt-learner.js'
import { planted } from './planted-fault.js'

/** What the first layer of the vision transformer makes of each patch. */
const patchFeatures = (
  images: d.Tensor<['B', 3, 'G*P', 'G*P']>,
  patch: d.DimHandle<'P'>,
  heads: d.DimHandle<'Hv'>,
  headWidth: d.DimHandle<'Ev'>,
) => {
  const patches = d.rearrange(images, 'b c (h p) (w q) -> b (h w) (c p q)', { p: patch, q: patch })
  const kernels = d.parameter('visual.conv1.weight', [
    d.times(heads, headWidth),
    d.times(d.times(d.dim(3), patch), patch),
  ])
  return d.linear(patches, kernels)
}

/** CLIP's text encoder of one layer, with every choice that may go wrong. */
const readText = (choices: {
  readonly masked?: boolean
  readonly placed?: boolean
  readonly read?: 'last' | 'first'
  readonly swappedTexts?: boolean
}) =>
  textEncoderLaws.of((prompts, endOfText, heads, headWidth, context, embedding) => {
    const width = d.times(heads, headWidth)
    const [count, length] = [d.axis(prompts, 0), d.axis(prompts, 1)]
    const positions = d.parameter('positional_embedding', [context, width])
    const placed =
      choices.placed === false
        ? prompts
        : d.add(prompts, d.broadcastTo(d.slice(positions, 0, 0, length), [count, length, width]))
    const size = { heads, headWidth }
    const tower = transformer('transformer', 1, size)
    const outputs = choices.masked === false ? tower(placed) : tower(placed, { causal: true })
    const last = layerNormLayer('ln_final', width)(outputs.at(-1) ?? placed)
    const positionsRead =
      choices.read === undefined
        ? endOfText
        : d.add(d.mul(endOfText, 0), choices.read === 'first' ? 0 : Number(length.dim) - 1)
    const read = d.takeRow(last, positionsRead)
    const rows = choices.swappedTexts === true ? d.sub(read, d.mean(read, 0)) : read
    return d.matmul(rows, d.parameter('text_projection', [width, embedding]))
  })

export const clipFaults = [
  planted('text: no causal mask', 'unchanged', readText({ masked: false })),
  planted('text: read at the last position', 'unchanged', readText({ read: 'last' })),
  planted('text: positions forgotten', 'parameter count', readText({ placed: false })),
  planted('text: features centred over the batch', 'rows independent', readText({ swappedTexts: true })),
  planted(
    'embedding: the position added to the id',
    'order of positions',
    tokenEmbeddingLaws.of((ids, vocabulary, heads, headWidth) => {
      const rows = d.embedding(
        d.parameter('token_embedding.weight', [vocabulary, d.times(heads, headWidth)]),
        ids,
      )
      return d.add(rows, d.cast(d.iota([d.axis(ids, 1), d.times(heads, headWidth)], 0), 'f32'))
    }),
  ),
  planted(
    'embedding: one row too many',
    'parameter count',
    tokenEmbeddingLaws.of((ids, vocabulary, heads, headWidth) =>
      d.embedding(
        d.parameter('token_embedding.weight', [d.plus(vocabulary, d.dim(1)), d.times(heads, headWidth)]),
        ids,
      ),
    ),
  ),
  planted(
    'image: positions forgotten',
    'parameter count',
    visionTransformerLaws.of((images, _grid, patch, heads, headWidth, embedding) => {
      const width = d.times(heads, headWidth)
      const patches = d.rearrange(images, 'b c (h p) (w q) -> b (h w) (c p q)', { p: patch, q: patch })
      const kernels = d.parameter('visual.conv1.weight', [width, d.times(d.times(d.dim(3), patch), patch)])
      const tokens = d.linear(patches, kernels)
      const outputs = transformer('visual.transformer', 1, { heads, headWidth })(tokens)
      const pooled = d.mean(outputs.at(-1) ?? tokens, 1)
      return d.matmul(pooled, d.parameter('visual.proj', [width, embedding]))
    }),
  ),
  planted(
    'image: pooled over the batch instead of the patches',
    'rows independent',
    visionTransformerLaws.of((images, _grid, patch, heads, headWidth, embedding) => {
      const width = d.times(heads, headWidth)
      const patches = d.rearrange(images, 'b c (h p) (w q) -> b (h w) (c p q)', { p: patch, q: patch })
      const kernels = d.parameter('visual.conv1.weight', [width, d.times(d.times(d.dim(3), patch), patch)])
      const tokens = d.linear(patches, kernels)
      const centred = d.sub(tokens, d.mean(tokens, 0))
      return d.matmul(d.mean(centred, 1), d.parameter('visual.proj', [width, embedding]))
    }),
  ),
]

export const imageFaults = [
  planted(
    'ResNet: a mean of the pixels',
    'parameter count',
    resNetLaws.of((images, _grid, _cell, _half, _heads, embedding) =>
      d.linear(d.mean(images, [2, 3]), d.parameter('visual.proj', [embedding, 3])),
    ),
  ),
  planted(
    'ResNet: features centred over the batch',
    'rows independent',
    resNetLaws.of((images, _grid, _cell, _half, _heads, embedding) => {
      const features = d.linear(d.mean(images, [2, 3]), d.parameter('visual.proj', [embedding, 3]))
      return d.sub(features, d.mean(features, 0))
    }),
  ),
  planted(
    'levels: mean in the place of deviation',
    'not negative',
    encodeImagesLaws.of((images, _grid, patch, heads, headWidth) =>
      d.mean(patchFeatures(images, patch, heads, headWidth), 1),
    ),
  ),
  planted(
    'levels: deviation without ε',
    'finite gradients',
    encodeImagesLaws.of((images, _grid, patch, heads, headWidth) =>
      d.sqrt(d.variance(patchFeatures(images, patch, heads, headWidth), 1)),
    ),
  ),
]

/** Deviation over positions, with every choice that may go wrong. */
const deviation = (choices: {
  readonly centred?: boolean
  readonly epsilonOutside?: boolean
  readonly root?: boolean
  readonly axis?: 1 | 2
}) =>
  levelDeviationLaws.of((level) => {
    const centred = choices.centred === false ? level : d.sub(level, d.mean(level, 1, { keepDims: true }))
    const squares = d.sum(d.square(centred), 1)
    const variance =
      choices.epsilonOutside === true
        ? d.add(d.div(squares, d.count(level, 1)), 1e-8)
        : d.div(d.add(squares, 1e-8), d.count(level, 1))
    return choices.root === false ? variance : d.sqrt(variance)
  })

export const promptLearnerFaults = [
  planted('deviation: the mean not subtracted', 'shift', deviation({ centred: false })),
  planted('deviation: ε added after the division', 'known value', deviation({ epsilonOutside: true })),
  planted('deviation: the root forgotten', 'known value', deviation({ root: false })),
  planted(
    'deviation: no ε under the root',
    'finite gradients',
    levelDeviationLaws.of((level) => d.sqrt(d.variance(level, 1))),
  ),
  planted(
    'mean: of the channels',
    'order of the batch',
    levelMeanLaws.of((level) => d.mean(level, 2)),
  ),
  planted(
    'mean: sum over positions',
    'known value',
    levelMeanLaws.of((level) => d.sum(level, 1)),
  ),
  planted(
    'mean: over the batch, too',
    'rows independent',
    levelMeanLaws.of((level) => {
      const moments = levelMoments(level, 1e-8).mean
      return d.add(d.mul(moments, 0), d.mean(moments, 0))
    }),
  ),

  planted(
    'style: one network for all levels',
    'parameter count',
    styleTokensLaws.of((mean0, deviation0, mean1, deviation1, hidden, width) => {
      const tokens = [d.mul(d.add(mean0, deviation0), 0.5), d.mul(d.add(mean1, deviation1), 0.5)].map(
        (average) =>
          linearLayer(
            'domain_tokens.linear2.0',
            hidden,
            width,
          )(linearLayer('domain_tokens.linear1.0', d.axis(average, 1), hidden)(average)),
      )
      return d.stack(tokens, 1, { count: 2 })
    }),
  ),
  planted(
    'style: ReLU between the layers',
    'affine',
    styleTokensLaws.of((mean0, deviation0, mean1, deviation1, hidden, width) => {
      const tokens = [d.mul(d.add(mean0, deviation0), 0.5), d.mul(d.add(mean1, deviation1), 0.5)].map(
        (average, level) =>
          linearLayer(
            `domain_tokens.linear2.${level}`,
            hidden,
            width,
          )(d.relu(linearLayer(`domain_tokens.linear1.${level}`, d.axis(average, 1), hidden)(average))),
      )
      return d.stack(tokens, 1, { count: 2 })
    }),
  ),
  planted(
    'style: that of the whole batch',
    'rows independent',
    styleTokensLaws.of((mean0, deviation0, mean1, deviation1, hidden, width) => {
      const tokens = styleTokens({
        styleHidden: Number(hidden.dim),
        mappingHidden: 1,
        imageTokens: 1,
        textWidth: width,
      })([
        { mean: mean0, deviation: deviation0 },
        { mean: mean1, deviation: deviation1 },
      ])
      return d.add(d.mul(tokens, 0), d.mean(tokens, 0))
    }),
  ),
  planted(
    'style mapping: gradient stopped at the hidden layer',
    'gradient',
    styleMappingTokensLaws.of((mean0, deviation0, mean1, deviation1, hidden, width) => {
      const tokens = [d.add(mean0, deviation0), d.add(mean1, deviation1)].map((average, level) =>
        linearLayer(
          `style_mapping_tokens.linear2.${level}`,
          hidden,
          width,
        )(
          d.stopGradient(
            d.relu(linearLayer(`style_mapping_tokens.linear1.${level}`, d.axis(average, 1), hidden)(average)),
          ),
        ),
      )
      return d.stack(tokens, 1, { count: 2 })
    }),
  ),
  planted(
    'image tokens: mixed by one layer where there are three',
    'parameter count',
    separateImageTokensLaws.of((mean0, _deviation0, _mean1, _deviation1, _hidden, width) =>
      d.stack(
        [0, 1, 2].map(() => linearLayer('image_tokens.linear.0', d.axis(mean0, 1), width)(mean0)),
        1,
        { count: 3 },
      ),
    ),
  ),
  planted(
    'image tokens: one forgotten',
    'form of the output',
    sharedImageTokensLaws.of((mean0, _deviation0, _mean1, _deviation1, _hidden, width) =>
      d.stack(
        [0, 1].map(() => linearLayer('image_tokens.linear.0', d.axis(mean0, 1), width)(mean0)),
        1,
        { count: 2 },
      ),
    ),
  ),
]
