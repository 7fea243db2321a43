/** The table, subject by subject. */
import { activations } from './activations.js'
import { creation } from './creation.js'
import { elementwise } from './elementwise.js'
import { indexing } from './indexing.js'
import { initialisers } from './initialisers.js'
import { layers } from './layers.js'
import { layout } from './layout.js'
import { linearAlgebra } from './linear-algebra.js'
import { losses } from './losses.js'
import { optimizers } from './optimizers.js'
import { products } from './products.js'
import { random } from './random.js'
import { reductions } from './reductions.js'
import type { Section } from './row.js'
import { training } from './training.js'
import { transformations } from './transformations.js'

export const sections: readonly Section[] = [
  creation,
  elementwise,
  reductions,
  indexing,
  layout,
  products,
  linearAlgebra,
  activations,
  losses,
  random,
  transformations,
  optimizers,
  initialisers,
  layers,
  training,
]
