/** A declaration, as data: a function, its arguments, and the laws that it keeps. */
import type { AnyTensor } from '../dsl/program.js'
import type { Kind } from './arbitraries/kind.js'
import type { SizeRange } from './arbitraries/trial.js'
import type { AnyArgument, NamesOf, ValuesOf } from './argument.js'
import { symbolsIn } from './argument.js'
import type { Law } from './law.js'
import type { Subject } from './subject.js'
import { subjectOf } from './subject.js'

/** What a declaration says about its function. */
export interface LawOptions<Takes extends readonly AnyArgument[]> {
  /** The arguments, in the order of the function's parameters. */
  readonly takes: Takes
  /** The laws. They name arguments and symbols of `takes`; other names do not compile. */
  readonly laws: readonly Law<NamesOf<NoInfer<Takes>>>[]
  /** The name in messages; default: the name of the function. */
  readonly name?: string
  /** Smallest and largest size by symbol; default 1 to 5. */
  readonly sizes?: { readonly [Name in NamesOf<NoInfer<Takes>>]?: SizeRange }
  /** The kind of a parameter, by its name; default: small normally distributed numbers. */
  readonly parameters?: (name: string) => Kind | undefined
}

/** A declaration of a function of any arguments. */
export interface LawDeclaration {
  readonly name: string
  readonly takes: readonly AnyArgument[]
  readonly laws: readonly Law[]
  readonly ranges: Readonly<Record<string, SizeRange>>
  readonly subject: Subject
}

/** A declaration that knows the type of its function, so that another function can replace it. */
export interface TypedDeclaration<Takes extends readonly AnyArgument[]> extends LawDeclaration {
  /** The same laws for another function of the same arguments: a variant, a rewrite, a planted fault. */
  readonly of: (variant: (...values: ValuesOf<Takes>) => AnyTensor) => LawDeclaration
}

/**
 * Declares the arguments of a function and the laws that it keeps.
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

/** A name in a law that the function does not have; undefined if there is none. Only code that ignores types has one. */
export const strangeName = ({ takes, laws }: LawDeclaration): string | undefined => {
  const known = new Set([...takes.map(({ name }) => name), ...symbolsIn(takes)])
  return laws.flatMap(({ about }) => about).find((name) => !known.has(name))
}
