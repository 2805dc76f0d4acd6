import type { SessionClock } from "../session/clock/session-clock.ts";
import { UNKNOWN_SINCE } from "./status.ts";

/** Since when this peer is there, by the session's clock: known once that is synchronised. */
export class Arrival {
  /** Unit: ms; `UNKNOWN_SINCE` while that is not known. */
  since = UNKNOWN_SINCE;

  /** `ageMs`: for how long it has been there. */
  note(clock: Pick<SessionClock, "isSynchronised" | "nowMs">, ageMs: number): void {
    if (this.since !== UNKNOWN_SINCE || !clock.isSynchronised) return;
    this.since = Math.max(0, Math.min(UNKNOWN_SINCE - 1, Math.round(clock.nowMs() - ageMs)));
  }
}
