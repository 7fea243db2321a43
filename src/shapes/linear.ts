/** The rules of an affine map over the last axis: the weight takes the inputs, the bias has the outputs. */
import type { ShapeError } from './shape-error.js'
import type { Fits, Invariant } from './decide.js'
import type { NameOf, Show } from './show.js'

/** `Fits`, or `linear: x has 512 inputs, the weight [outputs,inputs] takes 768`. A weight of another rank leaves its inputs unknown. */
export type TakesInputs<Inputs, WeightInputs> =
  Invariant<Inputs> extends Invariant<WeightInputs>
    ? Fits
    : unknown extends WeightInputs
      ? ShapeError<'linear: a weight is [outputs,inputs]'>
      : ShapeError<`linear: x has ${NameOf<Inputs>} inputs, the weight [outputs,inputs] takes ${NameOf<WeightInputs>}`>

/** `Fits`, or `dims 10 and 11 do not broadcast in [B,10] and [11]`. */
export type HasOutputs<Result, Outputs, BiasOutputs> =
  Invariant<Outputs> extends Invariant<BiasOutputs>
    ? Fits
    : unknown extends BiasOutputs
      ? ShapeError<'linear: a bias is [outputs]'>
      : ShapeError<`dims ${NameOf<Outputs>} and ${NameOf<BiasOutputs>} do not broadcast in [${Show<Result>}] and [${NameOf<BiasOutputs>}]`>
