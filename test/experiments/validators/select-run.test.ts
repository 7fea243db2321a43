import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { selectionTable } from '../../../src/cli/runs/selection-table.js'
import * as Effect from '../../../src/effects/effect.js'
import { withFolder } from '../../../src/effects/operations.js'
import { explain } from '../../../src/effects/explain.js'
import type { TensorValue } from '../../../src/dsl/index.js'
import type { Predictions } from '../../../src/experiments/evaluation/classified-images.js'
import { writePredictions } from '../../../src/experiments/evaluation/classified-images.js'
import { writeEvaluation } from '../../../src/experiments/evaluation/evaluation-file.js'
import { accuracy, argMaxRows } from '../../../src/experiments/accuracy.js'
import { selectRun } from '../../../src/experiments/validators/select-run.js'
import { referenceEngine } from '../../../src/engines/reference/engine.js'
import { expectLeft, expectRight } from '../../expect-either.js'
import { attempt } from '../../support/mishaps.js'
import { diskWith } from '../../support/small-ad-clip.js'

const classes = ['dog', 'house']
const paths = ['a.png', 'b.png', 'c.png', 'd.png']

/** Logits of two classes, sure of these. */
const logitsOf = (guesses: readonly number[], size: number): TensorValue => ({
  dtype: 'f32',
  shape: [guesses.length, 2],
  data: Float32Array.from(guesses.flatMap((guess) => (guess === 0 ? [size, 0] : [0, size]))),
})

interface Drawn {
  readonly guesses: readonly number[]
  readonly size: number
}

const predictionsOf = ({ guesses, size }: Drawn, labels: readonly number[]): Predictions => {
  const logits = logitsOf(guesses, size)
  const images = { paths, labels, zeroShot: logits, adapted: logits }
  return { source: { ...images, labels: [0, 0, 1, 1] }, target: images }
}

const written = (directory: string, run: Drawn, labels: readonly number[]): Effect.Effect<void> => {
  const predictions = predictionsOf(run, labels)
  const figures = accuracy(argMaxRows(predictions.target.adapted.data, 2), labels, classes)
  const facts = { method: 'coop', source: 'photo', target: 'sketch', seed: 1 }
  return pipe(
    withFolder(directory, writePredictions(directory, predictions)),
    Effect.apSecond(writeEvaluation(directory, { ...facts, zeroShot: figures, adapted: figures })),
  )
}

/** Three runs: one that guesses one class, one that guesses both and is unsure, one that is sure. */
const runs: Readonly<Record<string, Drawn>> = {
  'runs/one-class': { guesses: [0, 0, 0, 0], size: 5 },
  'runs/unsure': { guesses: [0, 0, 1, 0], size: 1 },
  'runs/sure': { guesses: [0, 0, 1, 1], size: 5 },
}

const selected = async (labels: readonly number[]) => {
  const disk = diskWith({})
  const writing = pipe(
    Object.entries(runs),
    Effect.traverseArray(([directory, run]) => written(directory, run, labels)),
  )
  expectRight((await attempt(writing, { engine: referenceEngine, disk })).outcome)
  return expectRight(
    (await attempt(selectRun(Object.keys(runs), 'mutual-information'), { engine: referenceEngine, disk }))
      .outcome,
  )
}

describe('a selection among runs', () => {
  it('ranks them by a validator, and says how well that agrees with accuracies on the target', async () => {
    expect(selectionTable(await selected([0, 0, 1, 1]))).toMatchInlineSnapshot(`
      "runs by mutual information (Krause et al. 2010), which reads no label of the target

      rank  run             method  seed   score  target accuracy
      ────  ──────────────  ──────  ────  ──────  ───────────────
         1  runs/sure       coop       1  0.6530            100.0
         2  runs/unsure     coop       1  0.0840             75.0
         3  runs/one-class  coop       1  0.0000             50.0

      rank correlation with accuracy on the target (Spearman, 3 runs): 1.00
      labels of the target were read for the last column and this correlation, after the ranking"
    `)
  })

  it('gives the same scores in the same order where the labels of the target are others', async () => {
    const ranked = async (labels: readonly number[]) =>
      (await selected(labels)).runs.map(({ directory, score }) => [directory, score])
    expect(await ranked([1, 1, 0, 0])).toEqual(await ranked([0, 0, 1, 1]))
    expect((await selected([1, 1, 0, 0])).rankCorrelation).toBeLessThan(0)
  })

  it('is refused among runs that were evaluated on other images', async () => {
    const disk = diskWith({})
    const other: Predictions = predictionsOf({ guesses: [0, 1, 0, 1], size: 1 }, [0, 1, 0, 1])
    const moved = { ...other, target: { ...other.target, paths: ['x.png', ...paths.slice(1)] } }
    const writing = pipe(
      written('runs/own', { guesses: [0, 0, 1, 1], size: 1 }, [0, 1, 0, 1]),
      Effect.apSecond(written('runs/other', { guesses: [0, 0, 1, 1], size: 1 }, [0, 1, 0, 1])),
      Effect.apSecond(writePredictions('runs/other', moved)),
    )
    expectRight((await attempt(writing, { engine: referenceEngine, disk })).outcome)
    const { outcome } = await attempt(selectRun(['runs/own', 'runs/other'], 'entropy'), {
      engine: referenceEngine,
      disk,
    })
    expect(explain(expectLeft(outcome))).toMatchInlineSnapshot(`
      "directory (runs/other): it was evaluated on other images than runs/own
        → rank runs with the same images of the target"
    `)
  })
})
