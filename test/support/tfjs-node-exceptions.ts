/** What TensorFlow.js computes otherwise than the oracle on libtensorflow, and why. docs/engines.md has it, too. */
const flushed = 'libtensorflow takes numbers below 1.2e-38 for 0'
const clamped = 'tanh of 7.9 and above is 1, so its gradient is 0'

export const tfjsOnNode: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['argSort', 'floor', 'less', 'lessEqual', 'sign', 'topK', 'mul', 'div', 'matmul'].flatMap((op) =>
      ['values', 'special values'].map((area) => [`${area}: ${op}`, flushed]),
    ),
  ),
  'tails: tanh': clamped,
}
