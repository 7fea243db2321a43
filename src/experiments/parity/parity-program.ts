/** The program that a parity fixture checks: AD-CLIP's forward pass, losses, gradients and one Adam step. */
import type * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { AnyTensor, Fault } from '../../dsl/index.js'
import { gradientNodes, input, sized } from '../../dsl/index.js'
import { typed } from '../../dsl/erasure.js'
import { topologicalOrder } from '../../dsl/walk.js'
import { adClipLosses } from '../../methods/index.js'
import { openAiTowers } from '../../model/index.js'
import { adClip, isPromptLearnerParameter, presets } from '../../methods/index.js'
import type { TrainStep } from '../../optimizers/index.js'
import { adam, trainStep } from '../../optimizers/index.js'
import type { FixtureConfiguration } from './fixture.js'
import { fixtureArchitecture } from './fixture.js'

/**
 * One training step that reports the losses under the fixture's names, and every `forward.*` and `grad.*`.
 */
export const parityProgram = (configuration: FixtureConfiguration): E.Either<Fault, TrainStep> => {
  const architecture = fixtureArchitecture(configuration)
  const { clip, optimizer, loss_weights: weights } = configuration
  const towers = openAiTowers(architecture)
  const { side } = towers
  const images = (name: string) => towers.encodeImages(input(name, ['B', 3, side, side]))
  const [source, target] = [images('source'), images('target')]
  const tokens = input('tokens', ['K', sized('X', clip.context_length)], 'i32')
  const model = adClip(
    towers,
    {
      styleHidden: clip.domain_hidden,
      mappingHidden: clip.mapping_hidden,
      imageTokens: clip.n_image_tokens,
      textWidth: towers.text.width,
    },
    presets.reference,
  )
  const output = model.forward(source, target, { tokens })
  const losses = adClipLosses(output, input('labels', ['B'], 'i32'), presets.reference, {
    crossEntropy: weights.ce,
    styleMapping: weights.smn,
    entropy: weights.entropy,
    divergence: weights.kl,
  })
  const forward: Readonly<Record<string, AnyTensor>> = {
    'forward.source_features': source.feature,
    'forward.target_features': target.feature,
    'forward.source_domain_tokens': output.sourceStyle,
    'forward.target_domain_tokens': output.targetStyle,
    'forward.style_mapping_tokens': output.mappedStyle,
    'forward.source_text_features': output.source.textFeatures,
    'forward.target_text_features': output.target.textFeatures,
    'forward.source_logits': output.source.logits,
    'forward.target_logits': output.target.logits,
    'forward.target_probs': output.target.probabilities,
    loss_ce: losses.crossEntropy,
    loss_smn: losses.styleMapping,
    loss_entropy: losses.entropy,
    loss_kl: losses.divergence,
  }
  return pipe(
    trainStep(
      {
        loss: losses.total,
        report: { ...forward, ...gradientsOf(losses.total) },
        isTrainable: isPromptLearnerParameter,
      },
      adam({
        learningRate: optimizer.lr,
        beta1: optimizer.betas[0],
        beta2: optimizer.betas[1],
        epsilon: optimizer.eps,
        weightDecay: optimizer.weight_decay,
      }),
    ),
  )
}

/** The gradient of every learnable parameter under `grad.<name>`; hash-consing makes them those of the step. */
const gradientsOf = (loss: AnyTensor): Readonly<Record<string, AnyTensor>> => {
  const leaves = topologicalOrder([loss.node]).filter(
    (node) => node.op === 'parameter' && isPromptLearnerParameter(node.attributes.name),
  )
  const gradients = gradientNodes(loss.node, leaves)
  return Object.fromEntries(
    leaves.flatMap((leaf, i) => {
      const gradient = gradients[i]
      return leaf.op === 'parameter' && gradient !== undefined
        ? [[`grad.${leaf.attributes.name}`, typed(gradient)]]
        : []
    }),
  )
}
