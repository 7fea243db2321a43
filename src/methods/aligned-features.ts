/**
 * A classifier of kept features, trained on labels of the source, whose bottleneck is made to give both domains alike features: what
 * the classics of domain adaptation have in common. Bottleneck and head are those of TLlib (`ImageClassifier` of
 * `tllib/alignment/dann.py`), on features of CLIP's frozen image encoder.
 */
import { add, axis, concat, mul, relu, sized, slice } from '../dsl/index.js'
import type { AnyTensor, Dim, Tensor } from '../dsl/index.js'
import { accuracy, crossEntropy } from '../losses/index.js'
import {
  constantInitialiser,
  linearInitialiser,
  linearLayer,
  normInitialiser,
  statefulBatchNormLayer,
} from '../model/index.js'
import type { ClipTowers } from '../model/index.js'
import type { NamedValues } from '../values/named-values.js'
import type { RandomKey } from '../values/random-key.js'
import type { ClassTexts, PromptMethod } from './prompt-method.js'

type NextValues = Readonly<Record<string, AnyTensor>>

/** What the classifier gives for images of one domain: features after the bottleneck, of width Z, and logits. */
export interface Classified<B> {
  readonly features: Tensor<[B, 'Z']>
  readonly logits: Tensor<[B, 'K']>
}

/** How unlike two domains are. */
export interface Discrepancy {
  /** As a term of a loss is called. */
  readonly name: string
  /** The factor of the term. */
  readonly weight: number
  readonly between: <B extends Dim>(
    source: Classified<B>,
    target: Classified<B>,
  ) => { readonly term: Tensor<[]>; readonly updates?: NextValues }
  /** First values of parameters that it has itself. */
  readonly initialParameters?: (key: RandomKey) => NamedValues
}

const names = { linear: 'classifier.bottleneck', norm: 'classifier.norm', head: 'classifier.head' } as const

/**
 * A method that minimises the cross entropy of the source's labels plus a weighted discrepancy of the domains.
 *
 * Features pass a linear layer, batch normalisation and a ReLU, then a linear layer to the classes. In training moments are those of the
 * images of both domains together, in prediction running ones. First values are PyTorch's for such layers.
 */
export const alignedFeatures = (
  { embedding }: Pick<ClipTowers, 'embedding'>,
  bottleneckWidth: number,
  { name, weight, between, initialParameters = () => ({}) }: Discrepancy,
): PromptMethod => {
  const width = sized('Z', bottleneckWidth)
  const classified = <N>(features: Tensor<[N, 'E']>, { zeroShot }: ClassTexts, training: boolean) => {
    const { output, updates } = statefulBatchNormLayer(names.norm, width, { training })(
      linearLayer(names.linear, embedding, width)(features),
    )
    const rows = relu(output)
    return { features: rows, logits: linearLayer(names.head, width, axis(zeroShot, 0))(rows), updates }
  }
  return {
    tag: 'Inductive',
    prompts: { tag: 'None' },
    initialParameters: ({ key, classCount }) => ({
      ...linearInitialiser(key, names.linear, Number(embedding.dim), bottleneckWidth),
      ...normInitialiser(names.norm, bottleneckWidth),
      [`${names.norm}.running_mean`]: constantInitialiser([bottleneckWidth], 0),
      [`${names.norm}.running_var`]: constantInitialiser([bottleneckWidth], 1),
      ...linearInitialiser(key, names.head, bottleneckWidth, classCount),
      ...initialParameters(key),
    }),
    isTrainable: (parameter) => parameter.startsWith('classifier.') || parameter.startsWith(`${name}.`),
    loss: ({ source, labels, target, classTexts }) => {
      const batch = axis(source.feature, 0)
      const { features, logits, updates } = classified(
        concat([source.feature, target.feature], 0),
        classTexts,
        true,
      )
      const ofSource = { features: slice(features, 0, 0, batch), logits: slice(logits, 0, 0, batch) }
      const ofTarget = { features: slice(features, 0, batch, batch), logits: slice(logits, 0, batch, batch) }
      const discrepancy = between(ofSource, ofTarget)
      const onSource = crossEntropy(ofSource.logits, labels)
      return {
        total: add(onSource, mul(discrepancy.term, weight)),
        terms: { crossEntropy: onSource, [name]: discrepancy.term },
        accuracy: accuracy(ofSource.logits, labels),
        updates: { ...updates, ...discrepancy.updates },
      }
    },
    predict: ({ feature }, classTexts) => classified(feature, classTexts, false).logits,
  }
}
