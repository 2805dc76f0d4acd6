import type { PeerStatistics } from "tickmesh/session";
import type { PlayerLook, Pose } from "../game/types.ts";
import { PeerBudget } from "./peer-budget.ts";
import { PoseBuffer } from "./pose-buffer.ts";

/** Everything that this page knows of one player who has joined. */
export class RemotePlayer {
  readonly id: number;
  readonly look: PlayerLook;
  /** Where it is seen now; `null` until its first pose. Renewed with every poll. */
  pose: Pose | null = null;
  /** When its last fall was shown. Unit: ms. */
  fellMs = Number.NEGATIVE_INFINITY;
  /** Since when nothing is heard of it, but for the first second; `null` if it is heard. Unit: ms. */
  unstableSinceMs: number | null = null;
  /** How the way to it was when somebody looked last. */
  statistics: PeerStatistics | null = null;
  readonly poses = new PoseBuffer();
  readonly chatBudget: PeerBudget;
  /** As host: a floe that we have not seen yet takes a while to plan and to paint. */
  readonly floeBudget: PeerBudget;

  constructor(id: number, look: PlayerLook, nowMs: number) {
    this.id = id;
    this.look = look;
    this.chatBudget = new PeerBudget(nowMs, 1, 6);
    this.floeBudget = new PeerBudget(nowMs, 0.5, 4);
  }
}
