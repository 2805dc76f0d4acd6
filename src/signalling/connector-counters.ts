/** What a connector dropped, and why. Each counts signals, `excessCandidates` candidates. */
export interface ConnectorCounters {
  /** No signal at all, or past a limit. */
  malformed: number;
  /** From somebody who is not present. */
  unknownSender: number;
  /** An offer, or a retry, from the member with the lower id or to the one with the lower id; an answer to who did not offer. */
  wrongSide: number;
  /** Of another attempt than the current one. */
  stale: number;
  /** Said already. */
  duplicate: number;
  /** From a peer that this side has disconnected by itself. */
  refused: number;
  /** Past the bound on candidates of one attempt. */
  excessCandidates: number;
  /** Introductions past the bound on pairs. */
  excessPairs: number;
}

export function newConnectorCounters(): ConnectorCounters {
  return {
    malformed: 0,
    unknownSender: 0,
    wrongSide: 0,
    stale: 0,
    duplicate: 0,
    refused: 0,
    excessCandidates: 0,
    excessPairs: 0,
  };
}
