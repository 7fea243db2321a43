/** What the blocks of a transformer compute, apart from their sizes: their activation, and the epsilon of their norms. */
import type * as t from 'io-ts'
import type { Tensor } from '../dsl/index.js'
import { gelu, quickGelu } from '../dsl/index.js'
import { literals } from '../dsl/documents/literals.js'

/**
 * The activations that CLIPs were trained with: OpenAI's with the quick GELU, x σ(1.702 x), most later ones with the exact
 * GELU, x Φ(x).
 */
export const blockActivation = literals(['quick-gelu', 'gelu'])
export type BlockActivation = t.TypeOf<typeof blockActivation>

/** The form of a tower's blocks. */
export interface BlockForm {
  /** The activation between the two layers of each perceptron. */
  readonly activation: BlockActivation
  /** The epsilon of every layer norm, those before the first block and after the last one included. */
  readonly epsilon: number
}

/** The blocks of OpenAI's CLIPs. */
export const openAiBlocks: BlockForm = { activation: 'quick-gelu', epsilon: 1e-5 }

/** Applies an activation to every element. */
export const activate = <S>(activation: BlockActivation, x: Tensor<S>): Tensor<S> =>
  activation === 'gelu' ? gelu(x) : quickGelu(x)
