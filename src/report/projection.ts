/** Images in two dimensions by UMAP (McInnes et al. 2018), under a seed: the same logits give the same places. */
import { UMAP } from 'umap-js'
import type { RandomKey } from '../values/random-key.js'
import { foldIn, uniform } from '../values/random-key.js'
import type { ClassifiedImages, Predictions } from '../experiments/evaluation/classified-images.js'
import { evenlyTaken } from '../experiments/evenly-taken.js'
import { rowOf } from '../values/rows-of.js'
import { centred } from './logits.js'
import type { DomainRole, ProjectedImage, Projection } from './run-report.js'

/** Images of each domain that are placed. */
const mostImages = 160
/** UMAP needs at least so many points. */
const leastPoints = 12

/** A function that gives the next number in [0, 1) at each call, as umap-js takes it. */
const randomNumbers = (key: RandomKey): (() => number) => {
  const block = 1024
  let [drawn, numbers] = [0, uniform(foldIn(key, 0), block)]
  return () => {
    const number = numbers[drawn % block] ?? 0
    drawn += 1
    if (drawn % block === 0) numbers = uniform(foldIn(key, drawn / block), block)
    return number
  }
}

/** An image to place twice: by its logits before and after. */
interface Subject {
  readonly role: DomainRole
  readonly label: number
  readonly before: readonly number[]
  readonly after: readonly number[]
}

const subjectsOf = (
  role: DomainRole,
  { labels, zeroShot, adapted }: ClassifiedImages,
): readonly Subject[] => {
  return evenlyTaken([...labels.entries()], mostImages).map(([i, label]) => ({
    role,
    label,
    before: centred(rowOf(zeroShot, i)),
    after: centred(rowOf(adapted, i)),
  }))
}

/**
 * Images of both domains by their logits, before and after in one plane, so that places can be compared.
 *
 * `undefined` where there are too few images, or where UMAP finds no places for them.
 */
export const projectPredictions = (
  { source, target }: Predictions,
  key: RandomKey,
): Projection | undefined => {
  const subjects = [...subjectsOf('source', source), ...subjectsOf('target', target)]
  const rows = [...subjects.map(({ before }) => [...before]), ...subjects.map(({ after }) => [...after])]
  if (rows.length < leastPoints) return undefined
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(15, rows.length - 1),
    minDist: 0.2,
    random: randomNumbers(key),
  })
  const places = umap.fit(rows)
  const placed = (offset: number): readonly ProjectedImage[] =>
    subjects.flatMap(({ role, label }, i) => {
      const [x = Number.NaN, y = Number.NaN] = places[offset + i] ?? []
      return Number.isFinite(x) && Number.isFinite(y) ? [{ x, y, role, label }] : []
    })
  const [before, after] = [placed(0), placed(subjects.length)]
  return before.length === subjects.length && after.length === subjects.length ? { before, after } : undefined
}
