/** What came of what others sent, since the game began: for the curious, and for tests. What is malformed the session counts. */
export class Counters {
  posesTaken = 0;
  /** Well made, but not to be believed: a bump from afar, a round with a player in it twice. */
  refused = 0;
  /** More than one player may say. */
  overBudget = 0;
}
