/** What is wrong with an ONNX file, as data. */

/** Why a file does not become a program, and where. */
export interface OnnxFault {
  readonly tag: 'OnnxFault'
  /** The place: `node 12 of 240, '/layer1/conv1/Conv' (Conv)`, an input, an output, a weight, or the file. */
  readonly where: string
  readonly message: string
  readonly advice: string
}

export const onnxFault = (where: string, message: string, advice: string): OnnxFault => ({
  tag: 'OnnxFault',
  where,
  message,
  advice,
})

/** The fault in one line. */
export const explainOnnxFault = ({ where, message, advice }: OnnxFault): string =>
  `${where}: ${message}; ${advice}`
