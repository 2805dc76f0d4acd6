import type { PlayerLook, Pose } from "../game/types.ts";
import { PeerBudget } from "./peer-budget.ts";
import { PoseBuffer } from "./pose-buffer.ts";
import { RoundTrip } from "./round-trip.ts";

/** Everything that this page knows of one connected player. */
export class RemotePlayer {
  readonly id: number;
  /** `null` until its hello has come: until then it takes part in nothing. */
  look: PlayerLook | null = null;
  /** Where it is seen now; `null` until its first pose. Renewed with every poll. */
  pose: Pose | null = null;
  /** When its last fall was shown. Unit: ms. */
  fellMs = Number.NEGATIVE_INFINITY;
  readonly poses = new PoseBuffer();
  readonly roundTrip = new RoundTrip();
  readonly budget: PeerBudget;
  readonly chatBudget: PeerBudget;
  /** As host: a floe that we have not seen yet takes a while to plan and to paint. */
  readonly floeBudget: PeerBudget;
  readonly sinceMs: number;

  constructor(id: number, nowMs: number) {
    this.id = id;
    this.sinceMs = nowMs;
    this.budget = new PeerBudget(nowMs);
    this.chatBudget = new PeerBudget(nowMs, 1, 6);
    this.floeBudget = new PeerBudget(nowMs, 0.5, 8);
  }
}
