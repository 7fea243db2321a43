/** A user's program: everything that the package exports, seen through the declarations that it ships. */
import { input, matmul, parameter, program } from 'tensile'
import * as data from 'tensile/data'
import * as effects from 'tensile/effects'
import * as web from 'tensile/effects/web'
import * as engineConformance from 'tensile/engine-conformance'
import * as engineSuite from 'tensile/engine-suite'
import * as engines from 'tensile/engines'
import * as onnxWeb from 'tensile/engines/onnx-web'
import * as experiments from 'tensile/experiments'
import * as formats from 'tensile/formats'
import * as laws from 'tensile/laws'
import * as losses from 'tensile/losses'
import * as methods from 'tensile/methods'
import * as model from 'tensile/model'
import * as optimizers from 'tensile/optimizers'
import * as report from 'tensile/report'
import * as training from 'tensile/training'

const x = input('x', ['B', 3])

export const classifier = program({ x }, { logits: matmul(x, parameter('weight', [3, 2])) })

// @ts-expect-error matmul: inner dims 3 and 4 differ
export const mistaken = matmul(x, parameter('weight', [4, 2]))

export {
  data,
  effects,
  engineConformance,
  engineSuite,
  engines,
  experiments,
  formats,
  laws,
  losses,
  methods,
  model,
  onnxWeb,
  optimizers,
  report,
  training,
  web,
}
