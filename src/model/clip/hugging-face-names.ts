/**
 * Hugging Face's names of a CLIP's tensors (those of `CLIPModel` in transformers), against OpenAI's, and how the one's
 * tensors lie in the other's. It has vision transformers only: there are no such names for the modified ResNet.
 */

/**
 * How a tensor under Hugging Face's names follows from OpenAI's: the same, its transpose (a projection that is kept as the
 * weight of a linear layer), or the rows of the packed projection that make queries, keys or values.
 */
export type ProjectionLayout = 'same' | 'transposed' | 'queries' | 'keys' | 'values'

/** The name of a tensor in another convention, and the layout of Hugging Face's. */
export interface Counterpart {
  readonly name: string
  readonly layout: ProjectionLayout
}

/** One line of the tables: OpenAI's name, Hugging Face's, the layout. `#` is the number of a block. */
type Line = readonly [openAi: string, huggingFace: string, layout: ProjectionLayout]

/** Both the weight and the bias of a layer. */
const layer = (openAi: string, huggingFace: string): readonly Line[] => [
  [`${openAi}.weight`, `${huggingFace}.weight`, 'same'],
  [`${openAi}.bias`, `${huggingFace}.bias`, 'same'],
]

const packed = (openAi: string, huggingFace: string): readonly Line[] =>
  (['weight', 'bias'] as const).flatMap((part): readonly Line[] => [
    [`${openAi}.in_proj_${part}`, `${huggingFace}.q_proj.${part}`, 'queries'],
    [`${openAi}.in_proj_${part}`, `${huggingFace}.k_proj.${part}`, 'keys'],
    [`${openAi}.in_proj_${part}`, `${huggingFace}.v_proj.${part}`, 'values'],
  ])

/** The blocks of a tower. */
const blocks = (openAi: string, huggingFace: string): readonly Line[] => [
  ...layer(`${openAi}.resblocks.#.ln_1`, `${huggingFace}.layers.#.layer_norm1`),
  ...packed(`${openAi}.resblocks.#.attn`, `${huggingFace}.layers.#.self_attn`),
  ...layer(`${openAi}.resblocks.#.attn.out_proj`, `${huggingFace}.layers.#.self_attn.out_proj`),
  ...layer(`${openAi}.resblocks.#.ln_2`, `${huggingFace}.layers.#.layer_norm2`),
  ...layer(`${openAi}.resblocks.#.mlp.c_fc`, `${huggingFace}.layers.#.mlp.fc1`),
  ...layer(`${openAi}.resblocks.#.mlp.c_proj`, `${huggingFace}.layers.#.mlp.fc2`),
]

const lines: readonly Line[] = [
  ['logit_scale', 'logit_scale', 'same'],
  ['token_embedding.weight', 'text_model.embeddings.token_embedding.weight', 'same'],
  ['positional_embedding', 'text_model.embeddings.position_embedding.weight', 'same'],
  ...blocks('transformer', 'text_model.encoder'),
  ...layer('ln_final', 'text_model.final_layer_norm'),
  ['text_projection', 'text_projection.weight', 'transposed'],
  ['visual.class_embedding', 'vision_model.embeddings.class_embedding', 'same'],
  ['visual.conv1.weight', 'vision_model.embeddings.patch_embedding.weight', 'same'],
  ['visual.positional_embedding', 'vision_model.embeddings.position_embedding.weight', 'same'],
  // The missing letter is Hugging Face's.
  ...layer('visual.ln_pre', 'vision_model.pre_layrnorm'),
  ...blocks('visual.transformer', 'vision_model.encoder'),
  ...layer('visual.ln_post', 'vision_model.post_layernorm'),
  ['visual.proj', 'visual_projection.weight', 'transposed'],
]

/** The part of a name that numbers a block. */
const blockNumber = /\.(\d+)\./

/** A name with `#` for its block's number, and how to put the number into another one. */
const numbered = (name: string): { readonly template: string; readonly fill: (other: string) => string } => {
  const number = blockNumber.exec(name)?.[1] ?? '#'
  return {
    template: name.replace(blockNumber, '.#.'),
    fill: (other) => other.replace('.#.', () => `.${number}.`),
  }
}

/**
 * Hugging Face's tensors that hold the one that OpenAI names so: three for a packed projection, none for a name that
 * it does not have.
 *
 * @example
 * huggingFaceNames('visual.proj') // [{ name: 'visual_projection.weight', layout: 'transposed' }]
 */
export const huggingFaceNames = (openAiName: string): readonly Counterpart[] => {
  const { template, fill } = numbered(openAiName)
  return lines
    .filter(([openAi]) => openAi === template)
    .map(([, huggingFace, layout]) => ({ name: fill(huggingFace), layout }))
}

/** OpenAI's tensor that Hugging Face's of this name is, or is a part of. */
export const openAiNameOf = (huggingFaceName: string): Counterpart | undefined => {
  const { template, fill } = numbered(huggingFaceName)
  const line = lines.find(([, huggingFace]) => huggingFace === template)
  return line === undefined ? undefined : { name: fill(line[0]), layout: line[2] }
}
