/** The name of an image encoder: a hash of all that its rows depend on, except for the image and the view. */
import type { Program } from '../../dsl/index.js'
import { canonicalJson } from '../../dsl/index.js'
import { digestOf } from '../inputs/digest-of.js'
import { weightParts } from '../inputs/digests.js'
import type { FrozenEncoder } from './frozen-encoder.js'

/** What a program computes: all but the scopes of its nodes, and whatever else the process made before it. */
const meaningOf = (program: Program): unknown => {
  const document = canonicalJson(program)
  return {
    ...document,
    nodes: document.nodes.map(({ op, attributes, operands }) => ({ op, attributes, operands })),
  }
}

/** Digest of an encoder's program and weights with its transform of images. */
export const encoderDigest = ({ program, weights, transform }: FrozenEncoder): string =>
  digestOf(JSON.stringify([meaningOf(program), transform]), ...weightParts(weights))
