/** PyTorch's update formulas in plain numbers, one weight at a time: what the optimizers are compared with. */

/** A weight after each step, given its gradient as a function of it. */
export type Trajectory = (
  start: number,
  gradient: (weight: number) => number,
  steps: number,
) => readonly number[]

const trajectory =
  (makeUpdate: () => (weight: number, gradient: number, step: number) => number): Trajectory =>
  (start, gradient, steps) => {
    const update = makeUpdate()
    const weights: number[] = []
    let weight = start
    for (let step = 1; step <= steps; step += 1) {
      weight = update(weight, gradient(weight), step)
      weights.push(weight)
    }
    return weights
  }

/** `torch.optim.SGD`: the first buffer is the gradient itself. */
export const plainSgd = ({
  lr,
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
}: {
  readonly lr: number
  readonly momentum?: number
  readonly nesterov?: boolean
  readonly weightDecay?: number
}): Trajectory =>
  trajectory(() => {
    let buffer: number | undefined
    return (weight, gradient) => {
      const g = gradient + weightDecay * weight
      if (momentum === 0) return weight - lr * g
      buffer = buffer === undefined ? g : momentum * buffer + g
      return weight - lr * (nesterov ? g + momentum * buffer : buffer)
    }
  })

/** `torch.optim.Adam` and, with `decoupled`, `torch.optim.AdamW`. */
export const plainAdam = ({
  lr,
  betas: [beta1, beta2],
  eps,
  weightDecay,
  decoupled,
}: {
  readonly lr: number
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
  readonly decoupled: boolean
}): Trajectory =>
  trajectory(() => {
    let mean = 0
    let square = 0
    return (weight, gradient, step) => {
      const decayed = decoupled ? weight * (1 - lr * weightDecay) : weight
      const g = decoupled ? gradient : gradient + weightDecay * weight
      mean = beta1 * mean + (1 - beta1) * g
      square = beta2 * square + (1 - beta2) * g * g
      const stepSize = lr / (1 - beta1 ** step)
      const denominator = Math.sqrt(square) / Math.sqrt(1 - beta2 ** step) + eps
      return decayed - (stepSize * mean) / denominator
    }
  })
