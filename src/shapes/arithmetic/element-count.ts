/** How many elements a shape holds, and whether two shapes hold the same number. Mirrors `cancelCommonFactors` in `dim.ts`. */
import type { FactorsOf, FromFactors, WithoutFactor } from './dim-factors.js'
import type { MultiplyDims } from './dim-arithmetic.js'

/** Product of the dims of a shape. */
export type ElementCount<S> = S extends [infer Head, ...infer Tail] ? ElementCountOf<Tail, Head> : 1

type ElementCountOf<S, Count> = S extends [infer Head, ...infer Tail]
  ? ElementCountOf<Tail, MultiplyDims<Count, Head>>
  : Count

/** What is left of two counts once the factors that both have are cancelled: equal where the counts are. */
export type CancelCommonFactors<CountA, CountB> =
  FactorsOf<CountA> extends [infer CoefficientA extends string, infer SymbolsA, infer DivisorA extends string]
    ? FactorsOf<CountB> extends [
        infer CoefficientB extends string,
        infer SymbolsB,
        infer DivisorB extends string,
      ]
      ? CancelSymbols<SymbolsA, SymbolsB> extends [infer RestA, infer RestB]
        ? [FromFactors<CoefficientA, RestA, DivisorA>, FromFactors<CoefficientB, RestB, DivisorB>]
        : never
      : never
    : never

/** The symbols of each that the other lacks. */
type CancelSymbols<SymbolsA, SymbolsB, KeptB extends unknown[] = []> = SymbolsB extends [
  infer Head,
  ...infer Tail,
]
  ? WithoutFactor<SymbolsA, Head> extends infer RestA extends unknown[]
    ? CancelSymbols<RestA, Tail, KeptB>
    : CancelSymbols<SymbolsA, Tail, [...KeptB, Head]>
  : [SymbolsA, KeptB]
