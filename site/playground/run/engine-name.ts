/** Engines of the playground, the fast one first. */
export const engineNames = ['onnx-web', 'reference'] as const
export type EngineName = (typeof engineNames)[number]

/** A program to run, as JavaScript. */
export interface RunRequest {
  readonly code: string
  readonly engine: EngineName
}
