/** The inverse of the error function, by elementwise primitives. */
import * as b from '../builder.js'
import type { Node } from './primitive.js'

/** Coefficients in w - 2.5, the highest power first, for w < 5. */
const central: readonly number[] = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
]

/** Coefficients in √w - 3, the highest power first, for w of 5 and more. */
const tail: readonly number[] = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
]

/** A polynomial by Horner's scheme. */
const polynomial = (coefficients: readonly number[], x: Node): Node =>
  coefficients.reduce<Node>((sum, coefficient) => b.add(b.mul(sum, x), b.scalar(coefficient)), b.scalar(0))

/**
 * erf⁻¹(x) for |x| < 1, with a relative error below 4e-7 (Giles 2010, "Approximating the erfinv function", single precision).
 */
export const inverseErrorFunction = (x: Node): Node => {
  const one = b.scalar(1)
  const w = b.neg(b.log(b.mul(b.sub(one, x), b.add(one, x))))
  const inCentre = b.less(w, b.scalar(5))
  const centre = polynomial(central, b.sub(w, b.scalar(2.5)))
  const outside = polynomial(tail, b.sub(b.sqrt(b.maximum(w, b.scalar(5))), b.scalar(3)))
  return b.mul(b.where(inCentre, centre, outside), x)
}
