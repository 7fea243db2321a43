/** The laws of a function that is finite and twice differentiable at all ordinary values. */
import { finite, finiteGradients } from '../catalogue/bounds.js'
import { gradientIsSlope, gradientOfGradientIsSlope } from '../catalogue/gradients.js'
import { closeInFloat32 } from '../catalogue/precision.js'

/** Values and gradients are finite, both derivatives are slopes, and float32 is close to float64. */
export const finiteAndSmooth = [
  finite,
  finiteGradients,
  gradientIsSlope,
  gradientOfGradientIsSlope,
  closeInFloat32(),
] as const
