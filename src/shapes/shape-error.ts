/** Messages of shape rules, as types. */

/** The parameter type of a wrong argument. Its message is a sentence that says what is wrong. */
export interface ShapeError<Message> {
  readonly shapeError: Message
}
