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

/** `torch.optim.RMSprop`. */
export const plainRmsProp = ({
  lr,
  alpha = 0.99,
  eps = 1e-8,
  momentum = 0,
  centered = false,
  weightDecay = 0,
}: {
  readonly lr: number
  readonly alpha?: number
  readonly eps?: number
  readonly momentum?: number
  readonly centered?: boolean
  readonly weightDecay?: number
}): Trajectory =>
  trajectory(() => {
    let square = 0
    let mean = 0
    let buffer = 0
    return (weight, gradient) => {
      const g = gradient + weightDecay * weight
      square = alpha * square + (1 - alpha) * g * g
      mean = alpha * mean + (1 - alpha) * g
      const average = centered ? square - mean * mean : square
      buffer = momentum * buffer + g / (Math.sqrt(average) + eps)
      return weight - lr * buffer
    }
  })

/** `torch.optim.Adagrad`. */
export const plainAdagrad = ({
  lr,
  initialSum,
  eps,
  weightDecay,
}: {
  readonly lr: number
  readonly initialSum: number
  readonly eps: number
  readonly weightDecay: number
}): Trajectory =>
  trajectory(() => {
    let sum = initialSum
    return (weight, gradient) => {
      const g = gradient + weightDecay * weight
      sum += g * g
      return weight - (lr * g) / (Math.sqrt(sum) + eps)
    }
  })

/** Algorithm 2 of Chen et al. 2023. */
export const plainLion = ({
  lr,
  beta1,
  beta2,
  weightDecay,
}: {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  readonly weightDecay: number
}): Trajectory =>
  trajectory(() => {
    let momentum = 0
    return (weight, gradient) => {
      const direction = Math.sign(beta1 * momentum + (1 - beta1) * gradient)
      momentum = beta2 * momentum + (1 - beta2) * gradient
      return weight - lr * (direction + weightDecay * weight)
    }
  })

/** Lookahead (Zhang et al. 2019, algorithm 1) over gradient descent with momentum, whose buffer stays at each synchronisation. */
export const plainLookahead =
  ({
    lr,
    momentum,
    k,
    alpha,
  }: {
    readonly lr: number
    readonly momentum: number
    readonly k: number
    readonly alpha: number
  }): Trajectory =>
  (start, gradient, steps) => {
    let slow = start
    return trajectory(() => {
      let buffer = 0
      return (weight, g, step) => {
        buffer = momentum * buffer + g
        const fast = weight - lr * buffer
        if (step % k !== 0) return fast
        slow += alpha * (fast - slow)
        return slow
      }
    })(start, gradient, steps)
  }
