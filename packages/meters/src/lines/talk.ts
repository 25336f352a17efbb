/** What a conversation wants done next. */
export interface TalkStep {
  readonly send?: Uint8Array
  /** Speed of the line after what is sent has left it. */
  readonly baud?: number
}

/** A conversation with a meter that has to be asked: pure, one for each try at the line. */
export interface Talk {
  /** What is said first. */
  begin(): TalkStep
  /** Takes what was received, and tells what to say to it. */
  received(bytes: Uint8Array): TalkStep
}
