/** A function with what it takes and the laws that it keeps: data, to be tried by anyone. */
import type { AnyTensor } from '../dsl/program.js'
import type { Kind } from './arbitraries/kind.js'
import type { SizeRange } from './arbitraries/trial.js'
import type { AnyArgument, NamesOf, ValuesOf } from './argument.js'
import { symbolsIn } from './argument.js'
import type { Law } from './law.js'
import type { Subject } from './subject.js'
import { subjectOf } from './subject.js'

/** What is said of a function. */
export interface LawOptions<Takes extends readonly AnyArgument[]> {
  /** What the function takes, in the order of its parameters. */
  readonly takes: Takes
  /** What it claims. Laws name arguments and symbols of `takes`; a name that is not there does not compile. */
  readonly laws: readonly Law<NamesOf<NoInfer<Takes>>>[]
  /** How messages call it; the function's own name where nothing is said. */
  readonly name?: string
  /** Smallest and largest size by symbol; 1 to 5 where nothing is said. */
  readonly sizes?: { readonly [Name in NamesOf<NoInfer<Takes>>]?: SizeRange }
  /** The numbers of a parameter, by its name; small normal ones where nothing is said. */
  readonly parameters?: (name: string) => Kind | undefined
}

/** A function with its laws, whatever it takes. */
export interface LawDeclaration {
  readonly name: string
  readonly takes: readonly AnyArgument[]
  readonly laws: readonly Law[]
  readonly ranges: Readonly<Record<string, SizeRange>>
  readonly subject: Subject
}

/** A declaration that remembers the type of its function, so that another can stand in its place. */
export interface TypedDeclaration<Takes extends readonly AnyArgument[]> extends LawDeclaration {
  /** The same laws, of another function of the same arguments: a variant, a rewrite, a planted fault. */
  readonly of: (variant: (...values: ValuesOf<Takes>) => AnyTensor) => LawDeclaration
}

/**
 * States what a function takes and which laws it keeps.
 *
 * @example
 * const laws = declareLaws(crossEntropy, {
 *   takes: [logits('logits', ['B', 'K']), labels('labels', ['B'], 'K')],
 *   laws: [nonNegative, shiftInvariant('logits'), meanOfSingletons('B')],
 * })
 */
export const declareLaws = <const Takes extends readonly AnyArgument[]>(
  of: (...values: ValuesOf<NoInfer<Takes>>) => AnyTensor,
  {
    takes,
    laws,
    name = of.name === '' ? 'the function' : of.name,
    sizes = {},
    parameters,
  }: LawOptions<Takes>,
): TypedDeclaration<Takes> => {
  const declared = {
    name,
    takes,
    laws,
    ranges: Object.fromEntries(
      Object.entries<SizeRange | undefined>(sizes).flatMap(([symbol, range]) =>
        range === undefined ? [] : [[symbol, range] as const],
      ),
    ),
  }
  return {
    ...declared,
    subject: subjectOf(takes, of, parameters),
    of: (variant) => ({ ...declared, subject: subjectOf(takes, variant, parameters) }),
  }
}

/** A name that a law is about and that its function does not have: possible only where types were ignored. */
export const strangeName = ({ takes, laws }: LawDeclaration): string | undefined => {
  const known = new Set([...takes.map(({ name }) => name), ...symbolsIn(takes)])
  return laws.flatMap(({ about }) => about).find((name) => !known.has(name))
}
