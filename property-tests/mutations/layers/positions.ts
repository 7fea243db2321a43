/** Positions and dropout, wrongly. */
import * as d from '../../../src/dsl/index.js'
import { dropoutLayerLaws } from '../../../src/laws/declarations/layers/dropout.js'
import {
  rotaryAttentionLaws,
  rotaryHalvesLaws,
  rotaryPositionsLaws,
  rotaryScoresLaws,
  sinusoidalPositionsLaws,
} from '../../../src/laws/declarations/layers/positions.js'
import {
  dropoutLayer,
  multiHeadAttention,
  rotaryPositions,
  sinusoidalPositions,
} from '../../../src/model/index.js'
import { planted } from '../planted-fault.js'

export const positionFaults = [
  planted(
    'base 1000',
    'formula',
    sinusoidalPositionsLaws.of((length, width) => sinusoidalPositions(length, width, { base: 1000 })),
  ),
  planted(
    'positions from 1',
    'formula',
    sinusoidalPositionsLaws.of((length, width) =>
      d.slice(sinusoidalPositions(d.plus(length, d.dim(1)), width), 0, 1, length),
    ),
  ),
  planted(
    'columns and positions exchanged',
    'form of the output',
    sinusoidalPositionsLaws.of((length, width) => d.transposeLast(sinusoidalPositions(length, width))),
  ),
  planted(
    'twice as large',
    'bounded',
    sinusoidalPositionsLaws.of((length, width) => d.mul(sinusoidalPositions(length, width), 2)),
  ),

  planted(
    'columns i and i + E as pairs',
    'formula',
    rotaryPositionsLaws.of((x) => rotaryPositions(x, { pairs: 'halves' })),
  ),
  planted(
    'columns 2i and 2i + 1 as pairs',
    'formula',
    rotaryHalvesLaws.of((x) => rotaryPositions(x)),
  ),
  planted(
    'rotated back',
    'formula',
    rotaryPositionsLaws.of((x) => rotaryPositions(x, { positions: d.neg(d.iota([d.axis(x, 1)], 0)) })),
  ),
  planted(
    'positions along the batch',
    'rows independent',
    rotaryPositionsLaws.of((x) => d.swapAxes(rotaryPositions(d.swapAxes(x, 0, 1)), 0, 1)),
  ),
  planted(
    'a position added instead',
    'formula',
    rotaryPositionsLaws.of((x) => d.add(x, sinusoidalPositions(d.axis(x, 1), d.axis(x, 2)))),
  ),
  planted(
    'gradient stopped at the cosine part',
    'gradient',
    rotaryPositionsLaws.of((x) => d.add(d.sub(rotaryPositions(x), x), d.stopGradient(x))),
  ),
  planted(
    'values of the keys rotated, queries not',
    'unchanged',
    rotaryScoresLaws.of((queries, keys, positions) =>
      d.einsum('q e, k e -> q k', queries, rotaryPositions(keys, { positions })),
    ),
  ),
  planted(
    'queries rotated back',
    'unchanged',
    rotaryScoresLaws.of((queries, keys, positions) =>
      d.einsum(
        'q e, k e -> q k',
        rotaryPositions(queries, { positions: d.neg(positions) }),
        rotaryPositions(keys, { positions }),
      ),
    ),
  ),
  planted(
    'not causal',
    'causal',
    rotaryAttentionLaws.of((x, heads) =>
      multiHeadAttention('attn', { heads, headWidth: d.dim(2) }, { rotary: {} })(x),
    ),
  ),
]

export const dropoutFaults = [
  planted(
    'kept elements not scaled',
    'form of the output',
    dropoutLayerLaws.of((x, key) => d.mul(dropoutLayer({ rate: 0.75, key })(x, 'drop'), 0.25)),
  ),
  planted(
    'scaled by 1 / rate',
    'form of the output',
    dropoutLayerLaws.of((x, key) => d.mul(dropoutLayer({ rate: 0.75, key })(x, 'drop'), 1 / 3)),
  ),
  planted(
    'noise added instead',
    'form of the output',
    dropoutLayerLaws.of((x, key) => d.add(x, d.randomNormal(key, [d.axis(x, 0), d.axis(x, 1)]))),
  ),
  planted(
    'gradient of the dropped elements, too',
    'gradient',
    dropoutLayerLaws.of((x, key) =>
      d.add(x, d.stopGradient(d.sub(dropoutLayer({ rate: 0.75, key })(x, 'drop'), x))),
    ),
  ),
]
