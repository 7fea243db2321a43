/** What a transcription of papers and released codes in PyTorch gives for two training steps of methods on a few features, or on a small CLIP. */
import * as t from 'io-ts'
import { numpyFixture } from '../../support/numpy-fixture.js'

const value = t.type({ shape: t.array(t.number), data: t.array(t.number) })
const named = t.record(t.string, value)

const steps = t.type({
  /** The form of the momentum of 0.9, and the L2 that is added to the gradient. */
  nesterov: t.boolean,
  weightDecay: t.number,
  /** The first values of all parameters. */
  first: named,
  /** Before the first step and before the second. */
  losses: t.array(t.number),
  /** Of what is trained, before the first step. */
  gradients: named,
  /** All parameters after two steps, but for keys. */
  last: named,
  /** Of the target's images [B,K], with the last parameters. */
  logits: value,
})

const codec = t.type({
  /** The scale of logits. */
  scale: t.number,
  rate: t.number,
  /**
   * Features `source` and `target` [B,E], `texts` [K,E] of unit length, `labels` [B]; features of the `whole` target [N,E], and the
   * `positions` [B] of the step's images in it.
   */
  inputs: t.type({
    source: value,
    target: value,
    texts: value,
    labels: value,
    whole: value,
    positions: value,
  }),
  /** The weights of the small CLIP, under OpenAI's names. */
  clip: named,
  /** Images [B,3,side,side], of both domains and of their strong views. */
  pixels: named,
  /** Token ids [K,X] of the classes, with two placeholders. */
  prompts: value,
  methods: t.record(t.string, steps),
})

export type StepsFixture = t.TypeOf<typeof codec>

export const stepsFixture = numpyFixture(
  'method-steps-fixture.py',
  codec,
  ...['test', 'methods', 'steps', 'fixture.json'],
)
