/** What WebGPU computes otherwise than the oracle, and why it may; docs/engines.md has all of it. */
export const coarse = 'WGSL leaves the precision of sine and cosine to the driver'
export const finite =
  'WGSL lets a driver assume that there are no NaN, no infinities and no arguments without a value'
export const flushed = 'WGSL lets a driver take numbers below 1.2e-38 for 0'
const absolute = 'numbers around 1e-8 have the absolute error of a number near 1'
const unchecked = 'Gather of the WebGPU provider checks no ids'

/** Checks that fail with ONNX Runtime on WebGPU, in Node and in a browser, with the software driver. */
export const onnxOnWebGpu: Readonly<Record<string, string>> = {
  'values: randomNormal': coarse,
  'special values: randomNormal': coarse,
  'tails: sin': coarse,
  'tails: cos': coarse,
  'tails: expm1': absolute,
  'tails: tanh': absolute,
  'tails: erf': flushed,
  'tails: log': finite,
  'tails: log1p': finite,
  'tails: probabilities of large numbers':
    'ReduceLogSumExp of the WebGPU provider does not subtract the largest element',
  'special values: pairs of NaN, infinities and zeros': finite,
  'state: is unchanged by a run that fails': unchecked,
  'refusals: ids outside their axis': unchecked,
  ...Object.fromEntries(
    ['gather', 'takeAlongAxis', 'scatterAdd', 'scatterMax', 'scatterAlongAxis'].map((op) => [
      `refusals: ${op}`,
      unchecked,
    ]),
  ),
  ...Object.fromEntries(['sin', 'cos', 'randomNormal', 'scan'].map((op) => [`element types: ${op}`, coarse])),
  'second gradients: sin': coarse,
  'second gradients: cos': coarse,
}
