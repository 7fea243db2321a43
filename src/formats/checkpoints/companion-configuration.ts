/**
 * What the configuration next to a checkpoint adds to its tensors: how many heads, and which activation. Without it,
 * weights that were trained with another activation would be read, and would give wrong features silently.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { ClipArchitecture, NamingConvention } from '../../model/index.js'
import { visionOutputWidth } from '../../model/index.js'
import * as Effect from '../../effects/effect.js'
import type { Failure } from '../../effects/failure.js'
import { ifMissing } from '../../effects/operations.js'
import type { TensorStore } from '../safetensors/file.js'
import { readJson } from '../../effects/text-file.js'
import { siblingPath } from './open-checkpoint.js'

const HuggingFaceTower = t.partial({
  hidden_act: t.string,
  num_attention_heads: t.Int,
  layer_norm_eps: t.number,
})
/** `config.json` of transformers. Absent fields have the defaults of `CLIPTextConfig` and `CLIPVisionConfig`. */
const HuggingFaceConfiguration = t.partial({ text_config: HuggingFaceTower, vision_config: HuggingFaceTower })

const OpenClipTower = t.partial({ heads: t.Int, head_width: t.Int })
/** `open_clip_config.json`. A model's activation is the exact GELU unless `quick_gelu` says otherwise. */
const OpenClipConfiguration = t.type({
  model_cfg: t.intersection([
    t.type({ vision_cfg: OpenClipTower, text_cfg: OpenClipTower }),
    t.partial({ quick_gelu: t.boolean }),
  ]),
})

/** An architecture with what the configuration adds to it, or why it cannot be computed. */
type Completed = E.Either<Failure, ClipArchitecture>

const unsupported = (path: string, found: string): Completed =>
  E.left({
    tag: 'FileUnsupported',
    path,
    found,
    advice: "take a CLIP that was trained as OpenAI's were: with quick GELU and an epsilon of 1e-5",
  })

/** A number of heads, and which setting gives it. */
interface StatedHeads {
  readonly setting: string
  readonly heads: number
  readonly width: number
}

/**
 * An architecture with the heads that are stated; the others stay as inferred. Fails with `DecodeFailed` if a number of
 * heads does not divide the width of its tower.
 */
const withHeads = (
  path: string,
  architecture: ClipArchitecture,
  { text, vision }: { readonly text?: StatedHeads; readonly vision?: StatedHeads },
): Completed => {
  const problems = [text, vision].flatMap((stated) =>
    stated === undefined ||
    (Number.isInteger(stated.heads) && stated.heads > 0 && stated.width % stated.heads === 0)
      ? []
      : [`${stated.setting}, which does not divide the width of ${stated.width}`],
  )
  const { textHeads, visionHeads } = architecture
  return problems.length === 0
    ? E.right({
        ...architecture,
        textHeads: text?.heads ?? textHeads,
        visionHeads: vision?.heads ?? visionHeads,
      })
    : E.left({ tag: 'DecodeFailed', path, problems })
}

const completedByHuggingFace =
  (path: string, architecture: ClipArchitecture) =>
  ({
    text_config: text = {},
    vision_config: vision = {},
  }: t.TypeOf<typeof HuggingFaceConfiguration>): Completed => {
    const activations = [text, vision].map(({ hidden_act: name = 'quick_gelu' }) => name)
    const other = activations.find((name) => name !== 'quick_gelu')
    if (other !== undefined)
      return unsupported(path, `the configuration of a CLIP with the activation '${other}'`)
    const epsilon = [text, vision].find(({ layer_norm_eps: size = 1e-5 }) => size !== 1e-5)?.layer_norm_eps
    if (epsilon !== undefined)
      return unsupported(path, `the configuration of a CLIP whose norms have an epsilon of ${epsilon}`)
    const heads = (tower: string, stated: number | undefined, usual: number, width: number): StatedHeads => ({
      setting:
        stated === undefined
          ? `${tower}.num_attention_heads is missing, so it is ${usual}`
          : `${tower}.num_attention_heads is ${stated}`,
      heads: stated ?? usual,
      width,
    })
    return withHeads(path, architecture, {
      text: heads('text_config', text.num_attention_heads, 8, architecture.textWidth),
      vision: heads('vision_config', vision.num_attention_heads, 12, visionOutputWidth(architecture)),
    })
  }

const completedByOpenClip =
  (path: string, architecture: ClipArchitecture) =>
  ({ model_cfg: model }: t.TypeOf<typeof OpenClipConfiguration>): Completed => {
    if (model.quick_gelu !== true)
      return unsupported(path, 'the configuration of a CLIP with the exact GELU as its activation')
    const { heads } = model.text_cfg
    const { head_width: headWidth } = model.vision_cfg
    const width = visionOutputWidth(architecture)
    return withHeads(path, architecture, {
      ...(heads === undefined
        ? {}
        : {
            text: { setting: `model_cfg.text_cfg.heads is ${heads}`, heads, width: architecture.textWidth },
          }),
      ...(headWidth === undefined || architecture.kind === 'resnet'
        ? {}
        : {
            vision: {
              setting: `model_cfg.vision_cfg.head_width is ${headWidth}`,
              heads: width / headWidth,
              width,
            },
          }),
    })
  }

/**
 * An architecture, completed by the configuration next to its checkpoint: `config.json` if the names are Hugging Face's,
 * else `open_clip_config.json`. Without a configuration it stays as it is.
 *
 * Fails with `FileUnsupported` for a model with another activation or epsilon, with `DecodeFailed` if the number of heads
 * does not divide the width of its tower.
 */
export const completedArchitecture = (
  store: TensorStore,
  convention: NamingConvention,
  architecture: ClipArchitecture,
): Effect.Effect<ClipArchitecture> => {
  const completed = <A, O>(
    name: string,
    codec: t.Type<A, O>,
    complete: (path: string, known: ClipArchitecture) => (configuration: A) => Completed,
  ): Effect.Effect<ClipArchitecture> => {
    const path = siblingPath(store, name)
    return pipe(
      readJson(path, codec),
      ifMissing(path, Effect.of(undefined)),
      Effect.flatMapEither((configuration) =>
        configuration === undefined ? E.right(architecture) : complete(path, architecture)(configuration),
      ),
    )
  }
  return convention === 'hugging-face'
    ? completed('config.json', HuggingFaceConfiguration, completedByHuggingFace)
    : completed('open_clip_config.json', OpenClipConfiguration, completedByOpenClip)
}
