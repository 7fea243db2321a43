/** Splitting a dim's text at a sign outside parentheses, as `splitOutside` in `dim.ts` does at run time. */

/** Whether as many parentheses close as open. */
type Balanced<Text extends string> = Text extends `${infer Before}(${infer Inside}`
  ? Inside extends `${infer Middle})${infer After}`
    ? Balanced<`${Before}${Middle}${After}`>
    : false
  : true

/** `'2*(L+4)+M'` at `'+'` gives `['2*(L+4)', 'M']`. */
export type SplitOutside<
  Text extends string,
  Separator extends string,
  Open extends string = '',
> = Text extends `${infer Head}${Separator}${infer Tail}`
  ? Balanced<`${Open}${Head}`> extends true
    ? [`${Open}${Head}`, ...SplitOutside<Tail, Separator>]
    : SplitOutside<Tail, Separator, `${Open}${Head}${Separator}`>
  : [`${Open}${Text}`]
