/** What runs on a member: a game, or whatever else is to be done once a tick. */
export interface MemberGame {
  /** Called after each `poll` of the member. `tick`: the world's. */
  tick?(tick: number): void;
}
