/** Evaluating a run on other images than those of its target: another domain, its source, a list. */
import { pipe } from 'fp-ts/lib/function.js'
import type { LabelledImage } from '../../data/data-set.js'
import { domainImages } from '../../data/data-set.js'
import { readDataSet } from '../../data/read-data-set.js'
import * as Effect from '../../effects/effect.js'
import { basename } from '../../effects/paths.js'
import { readText } from '../../effects/text-file.js'
import type { PromptTokenizer } from '../adaptation/class-prompts.js'
import type { FinishedRun } from '../adaptation/finished-run.js'
import { readFinishedRun } from '../adaptation/finished-run.js'
import type { RunInputOptions } from '../adaptation/run-inputs.js'
import { imageEncoder } from '../encoding/image-encoder.js'
import { evaluatedRows } from '../encoding/training-views.js'
import type { ClassifiedImages } from './classified-images.js'
import { accuraciesOf, classify } from './classify.js'
import { evaluationWarnings } from './collapse.js'
import type { AdaptationEvaluation } from './evaluation-file.js'
import { labelShiftWarnings } from './label-shift.js'
import { labelledList } from './labelled-list.js'

/** The images that a run is evaluated on: those of a domain to evaluate on, or those of a list. */
export type EvaluatedImages =
  { readonly tag: 'Domain'; readonly domain: string } | { readonly tag: 'List'; readonly path: string }

/** What a run reaches on some images, which are named in the place of its target. */
export interface EvaluatedOn {
  readonly evaluation: AdaptationEvaluation
  readonly classified: ClassifiedImages
  readonly classes: readonly string[]
}

interface NamedImages {
  readonly name: string
  readonly root: string
  readonly images: readonly LabelledImage[]
}

const imagesOf = (
  { configuration, trained }: FinishedRun,
  which: EvaluatedImages,
  { data, strict = false }: RunInputOptions,
): Effect.Effect<NamedImages> => {
  const root = data ?? configuration.data
  if (which.tag === 'List') {
    return pipe(
      readText(which.path),
      Effect.flatMapEither((text) => labelledList(which.path, text, root, trained)),
      Effect.map((images) => ({ name: basename(which.path), root, images })),
    )
  }
  const { domain } = which
  // Another data set may have another layout.
  const layout = data === undefined ? (configuration.layout ?? trained.layout) : undefined
  return pipe(
    readDataSet(root, { layout, domains: [domain], known: trained, strict }),
    Effect.map((set) => ({ name: domain, root: set.root, images: domainImages(set, domain, 'evaluation') })),
  )
}

/**
 * Evaluates the run in a directory on a domain of its data set, or of another one with the same classes, or on a list of images.
 * Nothing is written: the run's own evaluation stays.
 *
 * Fails as `readFinishedRun` does, where images are of a class that the run was not trained on, and where a line of the list is no
 * image with a class.
 *
 * @example
 * interpret(evaluateRunOn('runs/pacs', { tag: 'Domain', domain: 'cartoon' }, clipTokenizer))
 */
export const evaluateRunOn = (
  directory: string,
  which: EvaluatedImages,
  tokenizer: PromptTokenizer,
  options: RunInputOptions = {},
): Effect.Effect<EvaluatedOn> =>
  pipe(
    Effect.Do,
    Effect.bind('run', () => readFinishedRun(directory, tokenizer, options)),
    Effect.bind('named', ({ run }) => imagesOf(run, which, options)),
    Effect.bind('set', ({ run, named }) =>
      imageEncoder(options.features)(
        run.task.clip,
        named.name,
        named.images,
        evaluatedRows(run.configuration.method, run.task.clip.view),
      ),
    ),
    Effect.bind('classified', ({ run, named, set }) =>
      classify(run.task, run.trained.values, named.root, set),
    ),
    Effect.map(({ run: { configuration, task }, named, classified }) => {
      const { method, source, preset, seed } = configuration
      const accuracies = accuraciesOf(classified, task.classes)
      // What the steps of the run say of it, its own evaluation holds.
      const warnings = [
        ...evaluationWarnings(accuracies, []),
        ...labelShiftWarnings(configuration, classified),
      ]
      return {
        evaluation: {
          ...{ method, source, target: named.name, seed },
          ...(preset === undefined ? {} : { preset }),
          ...accuracies,
          ...(warnings.length === 0 ? {} : { warnings }),
        },
        classified,
        classes: task.classes,
      }
    }),
  )
