/** The naming conventions of CLIP checkpoints. OpenAI's is the one that parameters of programs have. */
import { keysOf } from '../../dsl/documents/literals.js'
import type { Counterpart } from './hugging-face-names.js'
import { huggingFaceNames, openAiNameOf } from './hugging-face-names.js'

/** How one convention names tensors. */
interface Convention {
  /** Its name in the genitive, for messages. */
  readonly possessive: string
  /** The tensors of the convention that hold the one that OpenAI names so; none if it has no name for it. */
  readonly namesOf: (openAiName: string) => readonly Counterpart[]
  /** OpenAI's tensor that one of this name is, or is a part of. */
  readonly openAiNameOf: (name: string) => Counterpart | undefined
}

/** Tensors of the text tower, which open_clip may keep apart. */
const ofTextTower = /^(transformer\.|token_embedding\.|ln_final\.|positional_embedding$|text_projection$)/

/**
 * - `openai`: `visual.conv1.weight`, `transformer.resblocks.0.ln_1.weight`; most files of open_clip have these, too.
 * - `open_clip`: the same, with `text.` before everything of the text tower (open_clip's `CustomTextCLIP`).
 * - `hugging-face`: `vision_model.embeddings.patch_embedding.weight`, ... (transformers' `CLIPModel`).
 *
 * They differ in names and layout alone. Hugging Face reads a text at its first end token where OpenAI reads it at its
 * largest id; of what CLIP's tokenizer writes, that is the same position: the end token is the largest id, and its
 * repetitions as padding come after it.
 */
const conventions = {
  openai: {
    possessive: "OpenAI's",
    namesOf: (name) => [{ name, layout: 'same' }],
    openAiNameOf: (name) => ({ name, layout: 'same' }),
  },
  open_clip: {
    possessive: "open_clip's",
    namesOf: (name) => [{ name: ofTextTower.test(name) ? `text.${name}` : name, layout: 'same' }],
    openAiNameOf: (name) =>
      ofTextTower.test(name) ? undefined : { name: name.replace(/^text\./, ''), layout: 'same' },
  },
  'hugging-face': {
    possessive: "Hugging Face's",
    namesOf: huggingFaceNames,
    openAiNameOf,
  },
} satisfies Readonly<Record<string, Convention>>

export type NamingConvention = keyof typeof conventions
const table: Readonly<Record<NamingConvention, Convention>> = conventions

export const namingConventions = keysOf(table)

/** The name of a convention in the genitive, such as "OpenAI's", for messages. */
export const possessive = (convention: NamingConvention): string => table[convention].possessive

/** The convention that a file's names follow; OpenAI's if they follow none. */
export const namingConventionOf = (names: readonly string[]): NamingConvention => {
  if (names.some((name) => /^(text|vision)_model\./.test(name))) return 'hugging-face'
  return names.some((name) => name.startsWith('text.')) ? 'open_clip' : 'openai'
}

/** The tensors of a convention that hold the one that OpenAI names so; none if the convention has no name for it. */
export const namesUnder = (convention: NamingConvention, openAiName: string): readonly Counterpart[] =>
  table[convention].namesOf(openAiName)

/** OpenAI's tensor that one of this name under a convention is, or is a part of. */
export const openAiNameUnder = (convention: NamingConvention, name: string): Counterpart | undefined =>
  table[convention].openAiNameOf(name)

/** Tensors that some files carry and no model needs: counters, masks, positions counted from 0, sizes. */
const buffers =
  /(^|\.)(position_ids|num_batches_tracked|attn_mask)$|^(input_resolution|context_length|vocab_size)$/

/** Whether a tensor can be left out without loss. */
export const isBuffer = (name: string): boolean => buffers.test(name)
