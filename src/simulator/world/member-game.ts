/** What runs on a member: a game, or whatever else is to be done once a tick. */
export interface MemberGame {
  /** Called after each `poll` of the member, and before the `flush` of its session if it has one. `tick`: the world's. */
  tick?(tick: number): void;
  /**
   * What its player does, by an operation `input`: plain data of the game's own, so that a recording has it. False if it does not
   * apply now: it is not recorded then.
   */
  input?(input: unknown): boolean;
}
