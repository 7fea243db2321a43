/**
 * Recurrent layers over sequences [B,T,I] of any length. Weights are named and laid out as PyTorch's, so that a
 * checkpoint of `torch.nn.GRU` or `torch.nn.LSTM` (`batch_first=True`) is read as it is.
 */
import {
  add,
  dim,
  linear,
  mul,
  parameter,
  rearrange,
  scan,
  select,
  sigmoid,
  sub,
  tanh,
  times,
  zerosLike,
} from '../dsl/index.js'
import type { DimHandle, MultiplyDims, Tensor } from '../dsl/index.js'

/** Which of several recurrent layers this is. */
export interface RecurrentOptions {
  /** The number of the layer, as in `weight_ih_l0`; 0 where none is given. */
  readonly layer?: number
  /** Whether it reads the sequence from its end; its weights then end in `_reverse`. */
  readonly reverse?: boolean
}

/** The state after each position, and the state of the last step. */
export interface Recurrent<B, T, H, State> {
  readonly outputs: Tensor<[B, T, H]>
  readonly last: State
}

/** The state of an LSTM: what it gives, and what only it reads. */
export interface LstmState<B, H> {
  readonly hidden: Tensor<[B, H]>
  readonly cell: Tensor<[B, H]>
}

/** The affine maps of a recurrent layer with `G` gates of width H: of the whole sequence, and of a state. */
const projections = <G, I, H>(
  name: string,
  gates: DimHandle<G>,
  inputs: DimHandle<I>,
  hidden: DimHandle<H>,
  { layer = 0, reverse = false }: RecurrentOptions,
) => {
  const suffix = `l${layer}${reverse ? '_reverse' : ''}`
  const width = times(gates, hidden)
  return {
    ofInput: <B, T>(x: Tensor<[B, T, I]>): Tensor<[B, T, MultiplyDims<G, H>]> =>
      linear(
        x,
        parameter(`${name}.weight_ih_${suffix}`, [width, inputs]),
        parameter(`${name}.bias_ih_${suffix}`, [width]),
      ),
    ofState: <B>(h: Tensor<[B, H]>): Tensor<[B, MultiplyDims<G, H>]> =>
      linear(
        h,
        parameter(`${name}.weight_hh_${suffix}`, [width, hidden]),
        parameter(`${name}.bias_hh_${suffix}`, [width]),
      ),
    /** The gates one by one. */
    gatesOf: <B>(all: Tensor<[B, MultiplyDims<G, H>]>): ((gate: number) => Tensor<[B, H]>) => {
      const apart: Tensor<[B, G, H]> = rearrange(all, 'b (g h) -> b g h', { g: gates, h: hidden })
      return (gate) => select(apart, 1, gate)
    },
    /** A state of zeros. */
    zeros: <B, T>(projected: Tensor<[B, T, MultiplyDims<G, H>]>): Tensor<[B, H]> => {
      const apart: Tensor<[B, T, G, H]> = rearrange(projected, 'b t (g h) -> b t g h', {
        g: gates,
        h: hidden,
      })
      return zerosLike(select(select(apart, 2, 0), 1, 0))
    },
  }
}

/**
 * A gated recurrent unit (Cho et al. 2014), with the reset gate after the product as in PyTorch and cuDNN:
 *
 *     r = σ(Wᵢᵣ x + bᵢᵣ + Wₕᵣ h + bₕᵣ)    z = σ(Wᵢz x + bᵢz + Wₕz h + bₕz)
 *     n = tanh(Wᵢₙ x + bᵢₙ + r (Wₕₙ h + bₕₙ))    h' = (1 - z) n + z h
 *
 * Parameters: `name.weight_ih_l0` [3H,I], `name.weight_hh_l0` [3H,H], `name.bias_ih_l0` and `name.bias_hh_l0` [3H], the
 * gates in the order r, z, n. The state starts from zeros where none is given.
 *
 * @example
 * const { outputs, last } = gruLayer('gru', dim(3), dim(8))(input('x', ['B', 'T', 3])) // [B,T,8] and [B,8]
 */
export const gruLayer = <I, H>(
  name: string,
  inputs: DimHandle<I>,
  hidden: DimHandle<H>,
  options: RecurrentOptions = {},
) => {
  const { ofInput, ofState, gatesOf, zeros } = projections(name, dim(3), inputs, hidden, options)
  return <B, T>(
    x: Tensor<[B, T, I]>,
    initial?: Tensor<[NoInfer<B>, NoInfer<H>]>,
  ): Recurrent<B, T, H, Tensor<[B, H]>> => {
    const projected = ofInput(x)
    const { carry, outputs } = scan(
      {
        carry: { h: initial ?? zeros(projected) },
        sequences: { projected },
        axis: 1,
        reverse: options.reverse ?? false,
      },
      ({ h }, at) => {
        const [ofX, ofH] = [gatesOf(at.projected), gatesOf(ofState(h))]
        const reset = sigmoid(add(ofX(0), ofH(0)))
        const update = sigmoid(add(ofX(1), ofH(1)))
        const candidate = tanh(add(ofX(2), mul(reset, ofH(2))))
        const next = add(candidate, mul(update, sub(h, candidate)))
        return { carry: { h: next }, outputs: { next } }
      },
    )
    return { outputs: outputs.next, last: carry.h }
  }
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000):
 *
 *     i, f, o = σ(W x + b + W' h + b')    g = tanh(W x + b + W' h + b')    c' = f c + i g    h' = o tanh(c')
 *
 * Parameters: `name.weight_ih_l0` [4H,I], `name.weight_hh_l0` [4H,H], `name.bias_ih_l0` and `name.bias_hh_l0` [4H], the
 * gates in the order i, f, g, o. The state starts from zeros where none is given.
 *
 * @example
 * const { outputs, last } = lstmLayer('lstm', dim(3), dim(8))(input('x', ['B', 'T', 3])) // [B,T,8]; last.cell: [B,8]
 */
export const lstmLayer = <I, H>(
  name: string,
  inputs: DimHandle<I>,
  hidden: DimHandle<H>,
  options: RecurrentOptions = {},
) => {
  const { ofInput, ofState, gatesOf, zeros } = projections(name, dim(4), inputs, hidden, options)
  return <B, T>(
    x: Tensor<[B, T, I]>,
    initial?: LstmState<NoInfer<B>, NoInfer<H>>,
  ): Recurrent<B, T, H, LstmState<B, H>> => {
    const projected = ofInput(x)
    const start = zeros(projected)
    const { carry, outputs } = scan(
      {
        carry: { hidden: initial?.hidden ?? start, cell: initial?.cell ?? start },
        sequences: { projected },
        axis: 1,
        reverse: options.reverse ?? false,
      },
      (state, at) => {
        const gate = gatesOf(add(at.projected, ofState(state.hidden)))
        const kept = mul(sigmoid(gate(1)), state.cell)
        const cell = add(kept, mul(sigmoid(gate(0)), tanh(gate(2))))
        const next = mul(sigmoid(gate(3)), tanh(cell))
        return { carry: { hidden: next, cell }, outputs: { next } }
      },
    )
    return { outputs: outputs.next, last: carry }
  }
}
