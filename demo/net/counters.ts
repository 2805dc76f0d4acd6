/** What happened on the wire since the game began: for the curious, and for tests. */
export class Counters {
  posesSent = 0;
  posesTaken = 0;
  /** Older than one that came before. */
  posesStale = 0;
  effectsTaken = 0;
  messagesTaken = 0;
  /** No packet of this game's. */
  malformed = 0;
  /** Well made, but not that player's to say: a round from one who is not the host, a bump from afar. */
  notEntitled = 0;
  /** Beyond what one peer may send. */
  overBudget = 0;
}
