/** Names of axes in a spec: `'b h q d'` is `['b', 'h', 'q', 'd']`. Spaces separate; more than one count as one. */
export type AxisNames<
  Text extends string,
  Done extends unknown[] = [],
> = Text extends `${infer Head} ${infer Tail}`
  ? AxisNames<Tail, Head extends '' ? Done : [...Done, Head]>
  : Text extends ''
    ? Done
    : [...Done, Text]
