/** The losses in plain numbers, as their papers write them: what the programs are compared with. */

export type Rows = readonly (readonly number[])[]

const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0)
const average = (xs: readonly number[]): number => sum(xs) / xs.length
const dot = (x: readonly number[], y: readonly number[]): number => sum(x.map((xi, i) => xi * (y[i] ?? NaN)))

/** Rows of a tensor's numbers. */
export const rowsOf = (data: ArrayLike<number>, width: number): Rows =>
  Array.from({ length: data.length / width }, (_, row) =>
    Array.from({ length: width }, (__, i) => data[row * width + i] ?? NaN),
  )

export const columnsOf = (rows: Rows): Rows => (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? NaN))

export const softmaxOf = (logits: readonly number[]): readonly number[] => {
  const largest = Math.max(...logits)
  const exponentials = logits.map((logit) => Math.exp(logit - largest))
  return exponentials.map((e) => e / sum(exponentials))
}

const logSoftmaxOf = (logits: readonly number[]): readonly number[] => {
  const largest = Math.max(...logits)
  const logTotal = largest + Math.log(sum(logits.map((logit) => Math.exp(logit - largest))))
  return logits.map((logit) => logit - logTotal)
}

export const plainCrossEntropy = (logits: Rows, labels: readonly number[]): number =>
  average(logits.map((row, i) => -(logSoftmaxOf(row)[labels[i] ?? NaN] ?? NaN)))

const entropyOf = (probabilities: readonly number[]): number =>
  -sum(probabilities.map((p) => (p === 0 ? 0 : p * Math.log(p))))

export const plainEntropy = (logits: Rows): number => average(logits.map((row) => entropyOf(softmaxOf(row))))

export const plainMutualInformation = (logits: Rows): number =>
  entropyOf(columnsOf(logits.map(softmaxOf)).map(average)) - plainEntropy(logits)

export const plainDivergence = (p: Rows, q: Rows): number =>
  average(
    p.map((row, i) => {
      const [logP, logQ] = [logSoftmaxOf(row), logSoftmaxOf(q[i] ?? [])]
      return sum(logP.map((lp, k) => (lp === -Infinity ? 0 : Math.exp(lp) * (lp - (logQ[k] ?? NaN)))))
    }),
  )

export const plainMeanSquaredError = (a: readonly number[], b: readonly number[]): number =>
  average(a.map((x, i) => (x - (b[i] ?? NaN)) ** 2))

const unit = (x: readonly number[]): readonly number[] => x.map((xi) => xi / Math.sqrt(dot(x, x)))

export const plainClipContrastive = (images: Rows, texts: Rows, scale: number): number => {
  const logits = images.map((image) => texts.map((text) => scale * dot(unit(image), unit(text))))
  const matching = images.map((_, i) => i)
  return (plainCrossEntropy(logits, matching) + plainCrossEntropy(columnsOf(logits), matching)) / 2
}

/** Khosla et al. 2020, eq. 2, summand by summand. */
export const plainSupervisedContrastive = (
  features: Rows,
  labels: readonly number[],
  temperature: number,
): number => {
  const z = features.map(unit)
  const similarity = (i: number, j: number): number => dot(z[i] ?? [], z[j] ?? []) / temperature
  const all = z.map((_, i) => i)
  return average(
    all.map((i) => {
      const others = all.filter((a) => a !== i)
      const positives = others.filter((p) => labels[p] === labels[i])
      const total = sum(others.map((a) => Math.exp(similarity(i, a))))
      const terms = positives.map((p) => Math.log(Math.exp(similarity(i, p)) / total))
      return positives.length === 0 ? 0 : -sum(terms) / positives.length
    }),
  )
}

/** `L_em` as released: each class's probabilities over the batch are divided by their norm. */
export const plainBatchNormalizedEntropy = (probabilities: Rows): number => {
  const norms = columnsOf(probabilities).map((column) => Math.max(Math.sqrt(dot(column, column)), 1e-12))
  const scaled = probabilities.map((row) => row.map((p, k) => p / (norms[k] ?? NaN)))
  return average(scaled.map((row) => -sum(row.map((p) => p * Math.log(p + 1e-8)))))
}

/** `L_kl`, over `features[b][k][e]`, each image's each feature a distribution over the classes; its sum. */
export const plainPromptDivergence = (target: readonly Rows[], source: readonly Rows[]): number =>
  sum(
    target.map((classes, b) => {
      const features = columnsOf(classes)
      return features.length * plainDivergence(features, columnsOf(source[b] ?? []))
    }),
  )
