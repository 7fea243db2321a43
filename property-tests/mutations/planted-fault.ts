/** A planted fault: a loss or layer written wrongly on purpose, and the law that must notice. */
import type { LawDeclaration, LawFamily } from '../../src/laws/index.js'

export interface PlantedFault {
  /** What is wrong, in a few words. */
  readonly fault: string
  readonly caughtBy: LawFamily
  /** The declaration of the right function, with the wrong one in its place. */
  readonly declaration: LawDeclaration
}

/** `planted('the sign is lost', 'not negative', crossEntropyLaws.of((logits, labels) => ...))` */
export const planted = (fault: string, caughtBy: LawFamily, declaration: LawDeclaration): PlantedFault => ({
  fault,
  caughtBy,
  declaration,
})
