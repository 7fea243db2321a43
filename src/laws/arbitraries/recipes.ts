/**
 * How to draw a valid application of each primitive: its attributes and operands. The compiler checks that the table
 * has every primitive.
 */
import * as fc from 'fast-check'
import type { Dim, Shape } from '../../shapes/dim.js'
import { addDims, multiplyDims, productOfDims } from '../../shapes/dim.js'
import type { AttributesOf, Op } from '../../dsl/primitives/primitive.js'
import * as b from '../../dsl/builder.js'
import { convolvedSize } from '../../dsl/primitives/convolution-size.js'
import type { DType } from '../../values/value.js'
import type { Domain } from './values.js'
import { arbitraryLoop } from './loops.js'
import type { Recipe, Slot } from './recipe.js'
import {
  dtypeOf,
  fractional,
  nearOne,
  nearWhole,
  nonzero,
  position,
  positive,
  real,
  truth,
  whole,
  wholePositive,
  word,
} from './values.js'
import type { World } from './world.js'
import {
  arbitraryAxes,
  arbitraryAxis,
  arbitraryDim,
  arbitraryFilledDim,
  arbitraryShape,
  arbitraryStretchable,
  replaceDim,
  sizeIn,
} from './world.js'

type RecipeOf<K extends Op> = (world: World) => fc.Arbitrary<Recipe<AttributesOf<K>>>

const domains: Readonly<Record<DType, Domain>> = { f32: real, i32: whole, bool: truth }
const anyType = fc.constantFrom<DType>('f32', 'i32', 'bool')
const anyNumber = fc.constantFrom(real, whole)

/** A number that the element type holds. */
const numberOf = ({ numbers }: World, dtype: DType): fc.Arbitrary<number> =>
  dtype === 'f32'
    ? fc.constantFrom(...numbers)
    : fc.integer({ min: dtype === 'i32' ? -3 : 0, max: dtype === 'i32' ? 3 : 1 })

const plain = (...slots: readonly Slot[]): Recipe<Record<never, never>> => ({ attributes: {}, slots })

// ---- recipes that several primitives share

/** The name that the one slot of a leaf is given under. */
const leaf = (world: World) =>
  fc.tuple(arbitraryShape(world), anyType).map(([shape, dtype]) => ({
    attributes: { name: 'x0', shape, dtype },
    slots: [{ shape, domain: domains[dtype] }],
  }))

const unary =
  (...allowed: readonly Domain[]) =>
  (world: World) =>
    fc
      .tuple(arbitraryShape(world), fc.constantFrom(...allowed))
      .map(([shape, domain]) => plain({ shape, domain }))

/** Two operands that broadcast; each pair of domains is of one element type. */
const binary =
  (...allowed: readonly (readonly [Domain, Domain])[]) =>
  (world: World) =>
    fc
      .tuple(arbitraryShape(world), fc.constantFrom(...allowed))
      .chain(([shape, [domainA, domainB]]) =>
        fc
          .tuple(arbitraryStretchable(shape), arbitraryStretchable(shape), fc.boolean(), fc.boolean())
          .map(([a, b, wholeA, wholeB]) =>
            plain(
              { shape: wholeA ? shape : a, domain: domainA },
              { shape: wholeB ? shape : b, domain: domainB },
            ),
          ),
      )

const reduction =
  (...allowed: readonly Domain[]) =>
  (world: World) =>
    fc.tuple(arbitraryShape(world, 0, 4), fc.constantFrom(...allowed)).chain(([shape, domain]) =>
      fc.tuple(arbitraryAxes(shape), fc.boolean()).map(([axes, keepDims]) => ({
        attributes: { axes, keepDims },
        slots: [{ shape, domain }],
      })),
    )

const normalizing = (world: World) =>
  arbitraryShape(world, 1).chain((shape) =>
    arbitraryAxis(shape).map((axis) => ({ attributes: { axis }, slots: [{ shape, domain: real }] })),
  )

const drawn = (world: World) =>
  arbitraryShape(world).map((shape) => ({
    attributes: { shape },
    slots: [{ shape: [2], domain: word }],
  }))

/** A shape, one of its axes, and another dim there that has positions. */
const filledAt = (world: World) =>
  arbitraryShape(world, 1).chain((shape) =>
    fc
      .tuple(arbitraryAxis(shape), arbitraryFilledDim(world))
      .map(([axis, dim]) => ({ axis, dim, shape: replaceDim(shape, axis, dim) })),
  )

const scattering = (world: World) =>
  fc
    .tuple(filledAt(world), arbitraryShape(world, 0, 2), anyNumber)
    .map(([result, ids, domain]): ScatterRecipe => ({
      attributes: { axis: result.axis, size: result.dim },
      slots: [
        { shape: replaceDim(result.shape, result.axis, ...ids), domain },
        { shape: ids, domain: position(sizeIn(world, result.dim)) },
      ],
    }))

interface ScatterRecipe extends Recipe<AttributesOf<'scatterAdd'>> {
  readonly slots: readonly [Slot, Slot]
}

/** A shape with an axis of positions, and an order along it. */
const ordered = (world: World) =>
  fc.tuple(filledAt(world), anyNumber, fc.boolean()).map(([{ axis, shape }, domain, turned]) => ({
    axis,
    turned,
    shape,
    slots: [{ shape, domain }],
  }))

/** A shape and one that holds the same elements: neighbouring axes made one, or one of 1 put in. */
const regrouped = (world: World): fc.Arbitrary<readonly [Shape, Shape]> =>
  arbitraryShape(world, 0, 4).chain((shape) =>
    fc
      .tuple(fc.subarray([...shape.keys()]), fc.boolean(), fc.boolean())
      .map(([cuts, unit, backwards]): readonly [Shape, Shape] => {
        const starts = [...new Set([0, ...cuts])]
        const merged = starts.map((start, i) => productOfDims(shape.slice(start, starts[i + 1])))
        const other = unit ? [...merged, 1] : merged
        return backwards ? [other, shape] : [shape, other]
      }),
  )

/** Extent and steps along one spatial axis; the kernel finds at least one place. */
const spatialAxis = fc
  .record({
    size: fc.integer({ min: 1, max: 5 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    inputDilation: fc.integer({ min: 1, max: 2 }),
    padding: fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: -1, max: 2 })),
  })
  .filter(({ size, kernel, ...steps }) => convolvedSize(size, kernel, steps) > 0)

export const recipes: { readonly [K in Op]: RecipeOf<K> } = {
  input: leaf,
  parameter: leaf,
  constant: (world) =>
    anyType.chain((dtype) =>
      fc
        .tuple(arbitraryShape(world), numberOf(world, dtype))
        .map(([shape, value]) => ({ attributes: { value, shape, dtype }, slots: [] })),
    ),
  literal: (world) =>
    fc.tuple(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }), anyType).chain(([shape, dtype]) => {
      const count = shape.reduce((product, size) => product * size, 1)
      return fc
        .array(numberOf(world, dtype), { minLength: count, maxLength: count })
        .map((values) => ({ attributes: { values, shape, dtype }, slots: [] }))
    }),
  iota: (world) =>
    arbitraryShape(world, 1).chain((shape) =>
      arbitraryAxis(shape).map((axis) => ({ attributes: { axis, shape }, slots: [] })),
    ),
  dimSize: (world) =>
    fc
      .tuple(arbitraryDim(world), arbitraryDim(world), fc.boolean(), fc.constantFrom('f32', 'i32'))
      .map(([a, b, product, dtype]) => ({
        attributes: { dim: product ? multiplyDims(a, b) : addDims(a, b), dtype },
        slots: [],
      })),

  neg: unary(real, whole),
  abs: unary(real, whole),
  sign: unary(real, whole),
  floor: unary(fractional),
  round: unary(nearWhole),
  exp: unary(real),
  expm1: unary(real),
  log: unary(positive),
  log1p: unary(positive),
  sqrt: unary(positive),
  rsqrt: unary(positive),
  sin: unary(real),
  cos: unary(real),
  tanh: unary(real),
  erf: unary(real),
  sigmoid: unary(real),
  relu: unary(real),
  gelu: unary(real),
  softplus: unary(real),
  not: unary(truth),

  add: binary([real, real], [whole, whole]),
  sub: binary([real, real], [whole, whole]),
  mul: binary([real, real], [whole, whole]),
  div: binary([real, nonzero], [whole, wholePositive]),
  mod: binary([fractional, nearOne], [whole, whole]),
  pow: binary([positive, real]),
  maximum: binary([real, real], [whole, whole]),
  minimum: binary([real, real], [whole, whole]),
  equal: binary([real, real], [whole, whole], [truth, truth]),
  less: binary([real, real], [whole, whole]),
  lessEqual: binary([real, real], [whole, whole]),
  and: binary([truth, truth]),
  or: binary([truth, truth]),
  where: (world) =>
    fc
      .tuple(arbitraryShape(world), anyType)
      .chain(([shape, dtype]) =>
        fc
          .tuple(arbitraryStretchable(shape), arbitraryStretchable(shape), arbitraryStretchable(shape))
          .map(([condition, a, b]) =>
            plain(
              { shape: condition, domain: truth },
              { shape: a, domain: domains[dtype] },
              { shape: b, domain: domains[dtype] },
            ),
          ),
      ),

  matmul: (world) =>
    fc
      .tuple(arbitraryDim(world), arbitraryDim(world), arbitraryDim(world), arbitraryShape(world, 0, 2))
      .chain(([rows, inner, columns, batch]) =>
        fc
          .tuple(arbitraryStretchable(batch), arbitraryStretchable(batch))
          .map(([batchA, batchB]) =>
            plain(
              { shape: [...batchA, rows, inner], domain: real },
              { shape: [...batchB, inner, columns], domain: real },
            ),
          ),
      ),

  transpose: (world) =>
    fc.tuple(arbitraryShape(world, 0, 4), anyType).chain(([shape, dtype]) =>
      fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }).map((permutation) => ({
        attributes: { permutation },
        slots: [{ shape, domain: domains[dtype] }],
      })),
    ),
  reshape: (world) =>
    fc.tuple(regrouped(world), anyType).map(([[from, to], dtype]) => ({
      attributes: { shape: to },
      slots: [{ shape: from, domain: domains[dtype] }],
    })),
  broadcastTo: (world) =>
    fc.tuple(arbitraryShape(world), anyType).chain(([shape, dtype]) =>
      arbitraryStretchable(shape).map((from) => ({
        attributes: { shape },
        slots: [{ shape: from, domain: domains[dtype] }],
      })),
    ),
  concat: (world) =>
    fc
      .tuple(arbitraryShape(world, 1), anyType, fc.array(arbitraryDim(world), { minLength: 1, maxLength: 3 }))
      .chain(([shape, dtype, lengths]) =>
        arbitraryAxis(shape).map((axis) => ({
          attributes: { axis },
          slots: lengths.map((length) => ({
            shape: replaceDim(shape, axis, length),
            domain: domains[dtype],
          })),
        })),
      ),
  slice: (world) =>
    fc.tuple(arbitraryShape(world, 1), anyType).chain(([shape, dtype]) =>
      arbitraryAxis(shape).chain((axis) => {
        const size = sizeIn(world, shape[axis] ?? 0)
        return fc.nat(size).chain((start) => {
          const fitting = world.dims.filter((dim) => start + sizeIn(world, dim) <= size)
          return fc.constantFrom<Dim>(size - start, ...fitting).map((length) => ({
            attributes: { axis, start, length },
            slots: [{ shape, domain: domains[dtype] }],
          }))
        })
      }),
    ),
  pad: (world) =>
    fc.tuple(arbitraryShape(world, 1), anyType).chain(([shape, dtype]) =>
      fc
        .tuple(arbitraryAxis(shape), arbitraryDim(world), arbitraryDim(world), numberOf(world, dtype))
        .map(([axis, before, after, value]) => ({
          attributes: {
            axis,
            before,
            size: addDims(addDims(before, shape[axis] ?? 0), after),
            value,
          },
          slots: [{ shape, domain: domains[dtype] }],
        })),
    ),

  gather: (world) =>
    fc.tuple(filledAt(world), arbitraryShape(world, 0, 2), anyType).map(([table, ids, dtype]) => ({
      attributes: { axis: table.axis },
      slots: [
        { shape: table.shape, domain: domains[dtype] },
        { shape: ids, domain: position(sizeIn(world, table.dim)) },
      ],
    })),
  scatterAdd: scattering,
  scatterMax: (world) =>
    scattering(world).chain(({ attributes, slots }) =>
      numberOf(world, dtypeOf(slots[0].domain)).map((value) => ({
        attributes: { ...attributes, value },
        slots,
      })),
    ),
  argMax: (world) =>
    fc.tuple(filledAt(world), anyNumber).map(([{ axis, shape }, domain]) => ({
      attributes: { axis },
      slots: [{ shape, domain }],
    })),
  topK: (world) =>
    fc
      .tuple(filledAt(world), anyNumber)
      .chain(([{ axis, dim, shape }, domain]) =>
        fc
          .integer({ min: 1, max: sizeIn(world, dim) })
          .map((k) => ({ attributes: { axis, k }, slots: [{ shape, domain }] })),
      ),
  takeAlongAxis: (world) =>
    fc.tuple(filledAt(world), arbitraryDim(world), anyType).map(([x, length, dtype]) => ({
      attributes: { axis: x.axis },
      slots: [
        { shape: x.shape, domain: domains[dtype] },
        { shape: replaceDim(x.shape, x.axis, length), domain: position(sizeIn(world, x.dim)) },
      ],
    })),
  scatterAlongAxis: (world) =>
    fc.tuple(filledAt(world), arbitraryDim(world), anyNumber).map(([result, length, domain]) => ({
      attributes: { axis: result.axis, size: result.dim },
      slots: [
        { shape: replaceDim(result.shape, result.axis, length), domain },
        {
          shape: replaceDim(result.shape, result.axis, length),
          domain: position(sizeIn(world, result.dim)),
        },
      ],
    })),
  argSort: (world) =>
    ordered(world).map(({ axis, turned, slots }) => ({ attributes: { axis, descending: turned }, slots })),

  cumsum: (world) =>
    fc.tuple(ordered(world), fc.boolean()).map(([{ axis, turned, slots }, exclusive]) => ({
      attributes: { axis, exclusive, reverse: turned },
      slots,
    })),
  cummax: (world) =>
    ordered(world).map(({ axis, turned, slots }) => ({ attributes: { axis, reverse: turned }, slots })),
  linearRecurrence: (world) =>
    ordered(world).map(({ axis, turned, shape }) => ({
      attributes: { axis, reverse: turned },
      slots: [
        { shape, domain: real },
        { shape, domain: real },
      ],
    })),

  sum: reduction(real, whole),
  mean: reduction(real),
  prod: reduction(real),
  max: reduction(real, whole),
  logSumExp: reduction(real),

  softmax: normalizing,
  logSoftmax: normalizing,
  layerNorm: (world) =>
    fc
      .tuple(arbitraryShape(world, 0, 2), arbitraryDim(world), fc.constantFrom(1e-5, 1e-3, 0.1))
      .map(([batch, width, epsilon]) => ({
        attributes: { epsilon },
        slots: [[...batch, width], [width], [width]].map((shape) => ({ shape, domain: real })),
      })),

  conv2d: (world) =>
    fc
      .tuple(
        arbitraryDim(world),
        arbitraryDim(world),
        arbitraryDim(world),
        fc.tuple(spatialAxis, spatialAxis),
        fc.integer({ min: 1, max: 3 }),
      )
      .map(([batch, channels, outputs, [rows, columns], groups]) => ({
        attributes: {
          groups,
          stride: [rows.stride, columns.stride],
          padding: [rows.padding, columns.padding],
          dilation: [rows.dilation, columns.dilation],
          inputDilation: [rows.inputDilation, columns.inputDilation],
        },
        slots: [
          { shape: [batch, multiplyDims(groups, channels), rows.size, columns.size], domain: real },
          { shape: [multiplyDims(groups, outputs), channels, rows.kernel, columns.kernel], domain: real },
        ],
      })),

  cast: (world) =>
    fc.tuple(arbitraryShape(world), anyType, anyType).map(([shape, from, to]) => ({
      attributes: { dtype: to },
      slots: [{ shape, domain: from === 'f32' ? fractional : domains[from] }],
    })),
  stopGradient: unary(...Object.values(domains)),
  withGradient: (world) =>
    arbitraryShape(world).map((shape) => ({
      attributes: {
        cotangents: [b.tanh(b.mul(b.input('cotangent', shape), b.input('captured.0', shape)))],
      },
      slots: ['value', 'input', 'captured'].map(() => ({ shape, domain: real })),
    })),
  scan: arbitraryLoop,
  randomBits: drawn,
  randomUniform: drawn,
  randomNormal: drawn,
}
