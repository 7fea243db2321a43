/** The laws of the Kullback-Leibler divergence. */
import { stopGradient } from '../../../dsl/index.js'
import { klDivergence } from '../../../losses/index.js'
import { logits, maskedLogits } from '../../argument.js'
import { maskedClassIsAbsent, meanOfSingletons } from '../../catalogue/batch.js'
import { finite, finiteGradients, nonNegative } from '../../catalogue/bounds.js'
import { convexIn } from '../../catalogue/convexity.js'
import { gradientStopsAt } from '../../catalogue/gradients.js'
import { shiftInvariant } from '../../catalogue/invariance.js'
import { formula, knownValue, zeroAtOptimum } from '../../catalogue/known-values.js'
import { invariantToBatchOrder, invariantToRelabelling } from '../../catalogue/order.js'
import { closeInFloat32 } from '../../catalogue/precision.js'
import { declareLaws } from '../../declaration.js'
import { finiteAndSmooth } from '../finite-and-smooth.js'
import type { Trial } from '../../trial.js'
import { average, plainFilled, plainDivergence, plainEntropies, plainRows } from '../plain-numbers.js'

export const klDivergenceLaws = declareLaws(klDivergence, {
  name: 'klDivergence',
  takes: [maskedLogits('p', ['B', 'K']), logits('q', ['B', 'K'])],
  laws: [
    nonNegative,
    zeroAtOptimum('where p = q', ['p', 'q'], ({ values }) => ({ p: values['q'] })),
    knownValue({
      words: 'ln K minus the entropy of p where q is uniform',
      of: ['p', 'q'],
      values: (trial) => ({ q: plainFilled(trial, 'q', () => 1) }),
      is: (trial: Trial) => Math.log(trial.sizes['K'] ?? 1) - average(plainEntropies(plainRows(trial, 'p'))),
    }),
    invariantToBatchOrder('B'),
    invariantToRelabelling('K'),
    shiftInvariant('p'),
    shiftInvariant('q'),
    meanOfSingletons('B'),
    maskedClassIsAbsent('K', 'p', 'q'),
    convexIn('q'),
    ...finiteAndSmooth,
    formula('mean of Σ p (ln p - ln q)', (trial) =>
      plainDivergence(plainRows(trial, 'p'), plainRows(trial, 'q')),
    ),
  ],
})

/** The form used in distillation: p is a teacher without gradient. */
export const klFromFixedTeacherLaws = declareLaws(
  (teacher, student) => klDivergence(stopGradient(teacher), student),
  {
    name: 'klDivergence, p fixed',
    takes: [logits('teacher', ['B', 'K']), logits('student', ['B', 'K'])],
    laws: [
      nonNegative,
      zeroAtOptimum('where student and teacher agree', ['teacher', 'student'], ({ values }) => ({
        student: values['teacher'],
      })),
      gradientStopsAt('teacher'),
      convexIn('student'),
      finite,
      finiteGradients,
      closeInFloat32(),
    ],
  },
)
