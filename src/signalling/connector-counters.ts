/** What a connector dropped, and why: each counts signals, `excessCandidates` candidates. At the end, what it mended. */
export interface ConnectorCounters {
  /** No signal at all, or past a limit. */
  malformed: number;
  /** From somebody who is not present. */
  unknownSender: number;
  /** An offer, or a retry, from the member with the lower id or to the one with the lower id; an answer to who did not offer. */
  wrongSide: number;
  /** Of another attempt, or another restart, than the current one. */
  stale: number;
  /** Said already. */
  duplicate: number;
  /** From a peer that this side has disconnected by itself. */
  refused: number;
  /** Past the bound on candidates of one attempt. */
  excessCandidates: number;
  /** Restarts offered faster than they are answered. */
  excessRestarts: number;
  /** Probes that came faster than they are answered. */
  excessProbes: number;
  /** Introductions past the bound on pairs. */
  excessPairs: number;
  /** ICE restarts begun, or asked for, by this side. */
  restarts: number;
  /** Those that were not answered in time. */
  unansweredRestarts: number;
  /** Connections that stood and were replaced, as this side wished. */
  replacements: number;
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
    excessRestarts: 0,
    excessProbes: 0,
    excessPairs: 0,
    restarts: 0,
    unansweredRestarts: 0,
    replacements: 0,
  };
}
