/** The modified ResNet once more, on one image, as plain loops over nested lists. */
import { expect } from 'vitest'
import type { NamedValues } from '../../src/values/named-values.js'
import type { TensorValue } from '../../src/dsl/index.js'
import type { ResNetClip } from '../../src/model/index.js'
import { expectClose } from '../support/evaluation.js'
import { timesMatrix, weightRows } from './plain-transformer.js'

/** Channels of rows of columns. */
type Maps = readonly (readonly (readonly number[])[])[]

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
const total = (values: readonly number[]): number => values.reduce((sofar, value) => sofar + value, 0)

/** A weight's numbers; one that is missing makes everything NaN. */
const numbers = (weights: NamedValues, name: string): readonly number[] => [
  ...(weights[name]?.data ?? [Number.NaN]),
]

const mapCells = (
  maps: Maps,
  f: (value: number, channel: number, row: number, column: number) => number,
): Maps =>
  maps.map((rows, channel) =>
    rows.map((columns, row) => columns.map((value, column) => f(value, channel, row, column))),
  )

const at = (maps: Maps, channel: number, row: number, column: number): number =>
  maps[channel]?.[row]?.[column] ?? 0

const positive = (maps: Maps): Maps => mapCells(maps, (value) => Math.max(value, 0))
const plus = (a: Maps, b: Maps): Maps => mapCells(a, (value, ...place) => value + at(b, ...place))

/** A convolution padded by zeros to keep its side (before its stride). */
const convolve = (weights: NamedValues, name: string, maps: Maps, stride = 1): Maps => {
  const [outputs = 0, inputs = 0, kernel = 1] = weights[`${name}.weight`]?.shape ?? []
  const kernels = numbers(weights, `${name}.weight`)
  const around = (kernel - 1) / 2
  const places = upTo(Math.ceil((maps[0]?.length ?? 0) / stride))
  return upTo(outputs).map((output) =>
    places.map((row) =>
      places.map((column) =>
        total(
          upTo(inputs).flatMap((channel) =>
            upTo(kernel).flatMap((i) =>
              upTo(kernel).map(
                (j) =>
                  at(maps, channel, row * stride + i - around, column * stride + j - around) *
                  (kernels[((output * inputs + channel) * kernel + i) * kernel + j] ?? Number.NaN),
              ),
            ),
          ),
        ),
      ),
    ),
  )
}

const normalise = (weights: NamedValues, name: string, maps: Maps): Maps => {
  const [gain = [], bias = [], mean = [], variance = []] = [
    'weight',
    'bias',
    'running_mean',
    'running_var',
  ].map((part) => numbers(weights, `${name}.${part}`))
  return mapCells(
    maps,
    (value, channel) =>
      ((value - (mean[channel] ?? 0)) / Math.sqrt((variance[channel] ?? 0) + 1e-5)) * (gain[channel] ?? 0) +
      (bias[channel] ?? 0),
  )
}

const halve = (maps: Maps): Maps =>
  maps.map((rows, channel) =>
    upTo(rows.length / 2).map((row) =>
      upTo(rows.length / 2).map(
        (column) =>
          total([0, 1].flatMap((i) => [0, 1].map((j) => at(maps, channel, 2 * row + i, 2 * column + j)))) / 4,
      ),
    ),
  )

const block = (weights: NamedValues, name: string, maps: Maps, resize: (x: Maps) => Maps): Maps => {
  const first = positive(normalise(weights, `${name}.bn1`, convolve(weights, `${name}.conv1`, maps)))
  const second = positive(normalise(weights, `${name}.bn2`, convolve(weights, `${name}.conv2`, first)))
  const third = normalise(weights, `${name}.bn3`, convolve(weights, `${name}.conv3`, resize(second)))
  const shortcut =
    `${name}.downsample.0.weight` in weights
      ? normalise(weights, `${name}.downsample.1`, convolve(weights, `${name}.downsample.0`, resize(maps)))
      : maps
  return positive(plus(third, shortcut))
}

const stem = (weights: NamedValues, maps: Maps): Maps =>
  halve(
    [1, 2, 3].reduce(
      (x, i) =>
        positive(
          normalise(weights, `visual.bn${i}`, convolve(weights, `visual.conv${i}`, x, i === 1 ? 2 : 1)),
        ),
      maps,
    ),
  )

const project = (weights: NamedValues, name: string, x: readonly number[]): readonly number[] => {
  const bias = numbers(weights, `visual.attnpool.${name}.bias`)
  return weightRows(weights, `visual.attnpool.${name}.weight`).map(
    (row, i) => total(row.map((weight, j) => weight * (x[j] ?? 0))) + (bias[i] ?? 0),
  )
}

/** Attention of the mean cell alone, head by head. */
const pool = (weights: NamedValues, maps: Maps, heads: number): readonly number[] => {
  const cells = maps.map((rows) => rows.flat())
  const count = cells[0]?.length ?? 0
  const positions = weightRows(weights, 'visual.attnpool.positional_embedding')
  const tokens = upTo(count + 1).map((token) =>
    cells.map(
      (values, channel) =>
        (token === 0 ? total(values) / count : (values[token - 1] ?? 0)) + (positions[token]?.[channel] ?? 0),
    ),
  )
  const headWidth = cells.length / heads
  const query = project(weights, 'q_proj', tokens[0] ?? [])
  const keys = tokens.map((token) => project(weights, 'k_proj', token))
  const values = tokens.map((token) => project(weights, 'v_proj', token))
  const mixed = upTo(heads).flatMap((head) => {
    const part = (x: readonly number[]): readonly number[] =>
      x.slice(head * headWidth, (head + 1) * headWidth)
    const scores = keys.map((key) =>
      Math.exp(total(part(key).map((value, i) => value * (part(query)[i] ?? 0))) / Math.sqrt(headWidth)),
    )
    return timesMatrix(
      scores.map((score) => score / total(scores)),
      values.map(part),
    )
  })
  return project(weights, 'c_proj', mixed)
}

/** The feature of one image and the output of every stage. */
export const plainResNet = (
  weights: NamedValues,
  { visionLayers, visionHeads, imageResolution: side }: ResNetClip,
  image: TensorValue,
): { readonly feature: readonly number[]; readonly levels: readonly Maps[] } => {
  const pixels = upTo(3).map((channel) =>
    upTo(side).map((row) =>
      upTo(side).map((column) => image.data[(channel * side + row) * side + column] ?? Number.NaN),
    ),
  )
  const levels = visionLayers.reduce<readonly Maps[]>((sofar, blocks, stage) => {
    const before = sofar.at(-1) ?? stem(weights, pixels)
    const after = upTo(blocks).reduce(
      (x, i) =>
        block(weights, `visual.layer${stage + 1}.${i}`, x, i === 0 && stage > 0 ? halve : (same) => same),
      before,
    )
    return [...sofar, after]
  }, [])
  return { feature: pool(weights, levels.at(-1) ?? [], visionHeads), levels }
}

export const expectMaps = ({ data }: TensorValue, maps: Maps | undefined): void => {
  expect(maps).toBeDefined()
  expectClose([...data], (maps ?? []).flat(2), 1e-8)
}
