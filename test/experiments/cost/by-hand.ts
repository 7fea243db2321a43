/** Parameters and multiply-adds of CLIP by formula, layer by layer: nothing here knows a program. */

export interface HandCount {
  readonly parameters: number
  readonly multiplyAdds: number
}

const total = (counts: readonly HandCount[]): HandCount => ({
  parameters: counts.reduce((sum, count) => sum + count.parameters, 0),
  multiplyAdds: counts.reduce((sum, count) => sum + count.multiplyAdds, 0),
})

/** So many blocks of a transformer of this width on so many tokens, with an MLP of four widths. */
export const blocks = (count: number, width: number, tokens: number): HandCount => {
  const projections = 4 * width ** 2
  const mlp = 8 * width ** 2
  const biases = 4 * width + 5 * width
  const norms = 4 * width
  return {
    parameters: count * (projections + mlp + biases + norms),
    // Every token through every matrix; every token with every token, for scores and for their mixture.
    multiplyAdds: count * (tokens * (projections + mlp) + 2 * tokens ** 2 * width),
  }
}

/** A vision transformer on 224 × 224 pixels. */
export const visionTransformer = (
  patch: number,
  width: number,
  layers: number,
  embedding: number,
): HandCount => {
  const patches = (224 / patch) ** 2
  const tokens = patches + 1
  return total([
    { parameters: 3 * patch ** 2 * width, multiplyAdds: patches * 3 * patch ** 2 * width },
    // Class token, positions, norms before and after.
    { parameters: width + tokens * width + 4 * width, multiplyAdds: 0 },
    blocks(layers, width, tokens),
    { parameters: width * embedding, multiplyAdds: width * embedding },
  ])
}

/** A convolution without bias and its batch norm, to maps of `side`. */
const convolution = (inputs: number, outputs: number, kernel: 1 | 3, side: number): HandCount => {
  const weights = inputs * outputs * kernel ** 2
  return { parameters: weights + 2 * outputs, multiplyAdds: weights * side ** 2 }
}

/** A stage: the first block narrows and looks at the side before it, and has a shortcut of its own. */
const stage = (count: number, inputs: number, planes: number, before: number, side: number): HandCount =>
  total([
    convolution(inputs, planes, 1, before),
    convolution(planes, planes, 3, before),
    convolution(planes, 4 * planes, 1, side),
    convolution(inputs, 4 * planes, 1, side),
    ...Array.from({ length: count - 1 }, () =>
      total([
        convolution(4 * planes, planes, 1, side),
        convolution(planes, planes, 3, side),
        convolution(planes, 4 * planes, 1, side),
      ]),
    ),
  ])

/** The modified ResNet of width 64 on 224 × 224 pixels: a stem at 112, stages at 56, 28, 14 and 7. */
export const resNet = (
  [first, second, third, fourth]: readonly [number, number, number, number],
  embedding: number,
): HandCount => {
  const [width, cells] = [2048, 49]
  return total([
    convolution(3, 32, 3, 112),
    convolution(32, 32, 3, 112),
    convolution(32, 64, 3, 112),
    stage(first, 64, 64, 56, 56),
    stage(second, 256, 128, 56, 28),
    stage(third, 512, 256, 28, 14),
    stage(fourth, 1024, 512, 14, 7),
    {
      // Positions; query, key, value and result with their biases.
      parameters: (cells + 1) * width + 3 * (width ** 2 + width) + width * embedding + embedding,
      // One query; keys and values of all cells and their mean; scores and their mixture; the result.
      multiplyAdds: (1 + 2 * (cells + 1)) * width ** 2 + 2 * (cells + 1) * width + width * embedding,
    },
  ])
}

/** What a block computes that is read at one token: its query, its scores, its result and its MLP; keys and values of all tokens. */
const readAtOneToken = (width: number, tokens: number): number =>
  2 * tokens * width ** 2 + 2 * tokens * width + (2 + 8) * width ** 2

/** The text tower of 12 layers on `texts` prompts of `length` tokens, each read at its end. */
export const textTower = (width: number, embedding: number, texts: number, length: number): HandCount => {
  const tower = blocks(12, width, length)
  return {
    parameters: 49_408 * width + 77 * width + tower.parameters + 2 * width + width * embedding,
    multiplyAdds:
      texts * (blocks(11, width, length).multiplyAdds + readAtOneToken(width, length) + width * embedding),
  }
}

/** The prompt learner of the released implementation, on the levels of one image. */
export const promptLearner = (
  levels: readonly number[],
  width: number,
  { style, mapping }: { readonly style: number; readonly mapping: number },
): HandCount =>
  total([
    ...levels.map((channels) => {
      const weights =
        channels * style + style * width + channels * mapping + mapping * width + channels * width
      return { parameters: weights + style + mapping + 3 * width, multiplyAdds: weights }
    }),
    { parameters: levels.length + 1, multiplyAdds: levels.length * width },
  ])
